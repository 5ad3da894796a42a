import * as l10n from '@vscode/l10n';
import { render, type VNode } from 'preact';
import { visibleLines } from '../../src/text/visible.ts';
import './notebook.css';
import { ActivationsResult } from './ActivationsResult.tsx';
import { LensResult } from './LensResult.tsx';
import { MeasuredResult } from './MeasuredResult.tsx';
import { type Result, readResult } from './readResult.ts';

/** As much of VS Code's interface for renderers of notebook outputs as this one uses. */
interface OutputItem {
  readonly id: string;
  json(): unknown;
}

/** Of what cannot be shown, so many characters are. */
const shownCharacters = 2000;

/**
 * Shows outputs of the type `application/vnd.palimpsest+json`, each in a shadow root, where the style sheets of other
 * outputs do not reach.
 */
export function activate() {
  const roots = new Map<string, ShadowRoot>();
  return {
    renderOutputItem(item: OutputItem, element: HTMLElement): void {
      const root = element.shadowRoot ?? element.attachShadow({ mode: 'open' });
      roots.set(item.id, root);
      render(<Output item={item} />, root);
    },
    /** @param id of the output; all of them without one */
    disposeOutputItem(id?: string): void {
      const ended = id === undefined ? [...roots.values()] : [roots.get(id)];
      for (const root of ended) if (root !== undefined) render(null, root);
      if (id === undefined) roots.clear();
      else roots.delete(id);
    },
  };
}

function Output({ item }: { readonly item: OutputItem }): VNode {
  return (
    <>
      <link rel="stylesheet" href={new URL('./notebook.css', import.meta.url).href} />
      <div class="output">{shown(item)}</div>
    </>
  );
}

function shown(item: OutputItem): VNode {
  try {
    const json = item.json();
    const result = readResult(json);
    return result === undefined ? <Unknown json={json} /> : view(result);
  } catch {
    return <p>{l10n.t('The output is not valid JSON.')}</p>;
  }
}

function view(result: Result): VNode {
  switch (result.kind) {
    case 'activations':
      return <ActivationsResult found={result.value} />;
    case 'lens':
      return <LensResult lens={result.value} />;
    case 'measured':
      return <MeasuredResult measured={result.value} />;
  }
}

function Unknown({ json }: { readonly json: unknown }): VNode {
  const text = JSON.stringify(json, null, 2) ?? '';
  return (
    <>
      <p>
        {l10n.t(
          'This is no result of "palimpsest activations", "lens" or "measure" that this version can show.',
        )}
      </p>
      <pre>{visibleLines(text.slice(0, shownCharacters))}</pre>
    </>
  );
}
