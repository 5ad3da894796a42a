import * as l10n from '@vscode/l10n';
import { strength as written } from '../text/numbers.ts';
import type { MeasuredEdit } from './editing.ts';
import type { MeasuredState } from './measuredState.ts';
import { maxDrift } from './outcome.ts';
import type { Probe } from './probe.ts';

/** A patch as it is on, or would be read with. */
interface ShownPatch {
  readonly path: string | null;
  /** Undefined before it is known; then the path stands for it. */
  readonly digest?: string | undefined;
  readonly strength: number;
}

/** What a screen shows an edit in. */
export interface ShownState {
  /** The digest of the model; undefined before it is known. */
  readonly base: string | undefined;
  readonly patches: readonly ShownPatch[];
  /** The path of the edit's own patch. */
  readonly own: string;
  /** Whether the edit is on; else its patch alone is what is shown. */
  readonly on: boolean;
  /** What its file asks now. */
  readonly probes: readonly Probe[];
}

/**
 * In words, how the state that is shown differs from the one that was measured: "measured alone at 1, now .5 with 2
 * others". Null where the numbers hold for what is shown.
 */
export function otherState({ state, probes }: MeasuredEdit, shown: ShownState): string | null {
  const differences = [
    shown.base === undefined || shown.base === state.base ? null : l10n.t('measured on another model'),
    otherPatches(state.patches, shown),
    otherProbes(
      probes.map(({ probe }) => probe),
      shown.probes,
    ),
    state.thresholds.driftKl === maxDrift ? null : l10n.t('judged by other thresholds'),
  ].filter((difference) => difference !== null);
  return differences.length === 0 ? null : differences.join('; ');
}

/** "alone at 1", ".5 with 2 others": what an edit was measured with. */
export function measuredWith({ patches }: MeasuredState, own: string): string {
  return withPatches(patches, own, true);
}

function otherPatches(measured: MeasuredState['patches'], shown: ShownState): string | null {
  const { patches, own, on } = shown;
  const missing = measured.filter((was) => !patches.some((is) => isSame(was, is)));
  if (missing.length === 0 && measured.length === patches.length) return null;
  const [before, now] = [withPatches(measured, own, true), withPatches(patches, own, false)];
  if (!on) return l10n.t('measured {0}, now off', before);
  if (before !== withPatches(patches, own, true)) return l10n.t('measured {0}, now {1}', before, now);
  return missing.some(({ path }) => path === own)
    ? l10n.t('measured with an earlier version of its patch')
    : l10n.t('measured with other patches on');
}

function isSame(one: ShownPatch, other: ShownPatch): boolean {
  const known = one.digest !== undefined && other.digest !== undefined;
  return one.strength === other.strength && (known ? one.digest === other.digest : one.path === other.path);
}

function withPatches(patches: readonly ShownPatch[], own: string, told: boolean): string {
  const itself = patches.find(({ path }) => path === own);
  const others = patches.length - (itself === undefined ? 0 : 1);
  const beside = others === 1 ? l10n.t('1 other') : l10n.t('{0} others', others);
  if (itself === undefined) return others === 0 ? l10n.t('without any patch') : l10n.t('with {0}', beside);
  const at = written(itself.strength);
  if (others === 0) return l10n.t('alone at {0}', at);
  return told ? l10n.t('at {0} with {1}', at, beside) : l10n.t('{0} with {1}', at, beside);
}

function otherProbes(measured: readonly Probe[], asked: readonly Probe[]): string | null {
  const [was, is] = [measured, asked].map((probes) => probes.map(asksFor));
  if (was === undefined || is === undefined || JSON.stringify(was) === JSON.stringify(is)) return null;
  const [before, now] = [measured[0]?.prompt, asked[0]?.prompt];
  if (typeof before !== typeof now) {
    return typeof now === 'string'
      ? l10n.t('measured as chat, now text')
      : l10n.t('measured as text, now chat');
  }
  if (was[0] !== is[0]) return l10n.t('measured before the edit was changed');
  const [added, removed] = [without(is, was), without(was, is)];
  if (added === 0 && removed === 0) return null;
  if (removed === 0) {
    return added === 1
      ? l10n.t('measured before 1 probe was added')
      : l10n.t('measured before {0} probes were added', added);
  }
  if (added === 0) {
    return removed === 1
      ? l10n.t('measured before 1 probe was removed')
      : l10n.t('measured before {0} probes were removed', removed);
  }
  const changed = Math.max(added, removed);
  return changed === 1
    ? l10n.t('measured before 1 probe was changed')
    : l10n.t('measured before {0} probes were changed', changed);
}

/** What of a probe its readings rest on. */
const asksFor = ({ kind, prompt, targetNew, targetTrue, space }: Probe): string =>
  JSON.stringify([kind, prompt, targetNew, targetTrue, space]);

/** How many of some are not among the others. */
function without(some: readonly string[], others: readonly string[]): number {
  const left = new Map<string, number>();
  for (const one of others) left.set(one, (left.get(one) ?? 0) + 1);
  let missing = 0;
  for (const one of some) {
    const count = left.get(one) ?? 0;
    if (count === 0) missing++;
    else left.set(one, count - 1);
  }
  return missing;
}
