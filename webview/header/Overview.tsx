import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { HeaderView } from '../../src/protocol/headerPage.ts';
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
      {model !== null && problem === null && <Memory need={model.memory} free={freeMemory} />}
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
          {l10n.t('GGUF version {0}; the header takes {1}.', view.version, size(view.headerBytes))}{' '}
          {view.files.length > 1 && l10n.t('The {0} files are one model.', exact(view.files.length))}
        </p>
      </section>
    </div>
  );
}
