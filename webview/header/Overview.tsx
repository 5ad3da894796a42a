import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { HeaderView } from '../../src/protocol/headerPage.ts';
import { type Lineage, namedModel, sourceText } from '../../src/protocol/lineage.ts';
import { visible } from '../../src/text/visible.ts';
import { exact, size } from './format.ts';
import { Memory } from './Memory.tsx';
import { QuantisationMix } from './QuantisationMix.tsx';

interface OverviewProps {
  readonly view: HeaderView;
  readonly freeMemory: number | null;
  /** A type was chosen: its tensors are wanted. */
  readonly onType: (type: string) => void;
}

/** What the weights are made of, what loading them takes, and the file itself. */
export function Overview({ view, freeMemory, onType }: OverviewProps): VNode {
  const { mix, model, problem } = view;
  return (
    <div class="overview">
      {mix.length > 0 && <QuantisationMix mix={mix} onType={onType} />}
      {model?.memory != null && problem === null && <Memory need={model.memory} free={freeMemory} />}
      <Origin lineage={view.lineage} />
      <section aria-labelledby="the-file">
        <h2 id="the-file">{view.files.length > 1 ? l10n.t('Files') : l10n.t('File')}</h2>
        <ul class="files">
          {view.files.map((file) => (
            <li key={file} class="mono">
              {file}
            </li>
          ))}
        </ul>
        <p class="muted">
          {view.version === null
            ? l10n.t(
                'Safetensors; the header takes {0}. Shapes are written as in PyTorch, the outermost dimension first.',
                size(view.headerBytes),
              )
            : l10n.t('GGUF version {0}; the header takes {1}.', view.version, size(view.headerBytes))}{' '}
          {view.files.length > 1 && l10n.t('The {0} files are one model.', exact(view.files.length))}
        </p>
      </section>
    </div>
  );
}

/** What the metadata say of where the model comes from; nothing where they are silent. */
function Origin({ lineage }: { readonly lineage: Lineage }): VNode | null {
  const source = sourceText(lineage);
  const rows = [
    ...lineage.bases.map((base) => [l10n.t('Made from'), namedModel(base)] as const),
    ...(source === null ? [] : [[l10n.t('Converted from'), source] as const]),
    ...(lineage.license === null ? [] : [[l10n.t('License'), lineage.license] as const]),
  ];
  if (rows.length === 0) return null;
  return (
    <section aria-labelledby="the-origin">
      <h2 id="the-origin">{l10n.t('Origin, according to the metadata')}</h2>
      <dl class="pairs">
        {rows.map(([name, value]) => (
          <div key={`${name} ${value}`}>
            <dt>{name}</dt>
            <dd>{visible(value)}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
