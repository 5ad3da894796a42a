import type { HeaderAction, HeaderView, Surroundings } from '../../protocol/headerPage.ts';

/** Where a file lies and what the workbench has done with it. `local`: a file of the machine that the engine runs on. */
export type Circumstances = Pick<Surroundings, 'trusted' | 'state'> & { readonly local: boolean };

/** What can be done with a file, in the order of the buttons. */
export function actionsFor(
  { kind, problem, version }: Pick<HeaderView, 'kind' | 'problem' | 'version'>,
  { trusted, state, local }: Circumstances,
): HeaderAction[] {
  const usable = problem === null && local && (kind === 'model' || kind === 'adapter');
  if (!usable) return ['openWith'];
  if (!trusted) return ['trust', 'openWith'];
  // only GGUF files are loaded
  if (version === null) return ['reviewAgainst', 'openWith'];
  if (kind === 'adapter') return ['apply', 'inspect', 'openWith'];
  const load: HeaderAction[] =
    state?.name === 'loading' ? [] : state?.name === 'ready' ? ['unload'] : ['load'];
  const base: HeaderAction[] = state?.base ? [] : ['setBase'];
  return [...load, 'reviewAgainst', ...base, 'openWith'];
}
