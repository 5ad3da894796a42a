import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { HeaderAction, HeaderPage } from '../../src/protocol/headerPage.ts';
import type { Host } from '../rpc.ts';
import { Button } from '../ui/Button.tsx';
import { ProgressRing } from '../ui/ProgressRing.tsx';
import { Actions } from './Actions.tsx';
import { Contents } from './Contents.tsx';
import { Summary } from './Summary.tsx';
import { useHeader } from './useHeader.ts';
import { useSurroundings } from './useSurroundings.ts';

/** The whole page: the header being read, what it says, or why it cannot be read. */
export function HeaderEditor({ host }: { readonly host: Host<HeaderPage> }): VNode {
  const header = useHeader(host);
  const surroundings = useSurroundings(host);
  const act = (action: HeaderAction) => void host.call('act', action);

  switch (header.state) {
    case 'reading':
      return (
        <main class="notice" aria-busy="true">
          <ProgressRing label={l10n.t('Reading the header')} />
          <p>{l10n.t('Reading the header…')}</p>
          <Button onClick={header.stop}>{l10n.t('Cancel')}</Button>
        </main>
      );
    case 'stopped':
      return (
        <main class="notice">
          <p>{l10n.t('Reading the header was stopped.')}</p>
          <Button kind="primary" onClick={header.read}>
            {l10n.t('Read Header')}
          </Button>
        </main>
      );
    case 'failed':
      return (
        <main class="notice">
          <h1>{l10n.t('This file cannot be shown')}</h1>
          <p class="problem" role="alert">
            {header.error}
          </p>
          <p class="muted">{l10n.t('It is read again when it changes on disk.')}</p>
          <div class="buttons">
            <Button kind="primary" onClick={header.read}>
              {l10n.t('Try Again')}
            </Button>
            <Button onClick={() => act('openWith')}>{l10n.t('Open With…')}</Button>
          </div>
        </main>
      );
    case 'read':
      return (
        <main class="header">
          <Summary view={header.view} surroundings={surroundings}>
            <Actions surroundings={surroundings} act={act} />
          </Summary>
          <Contents view={header.view} host={host} surroundings={surroundings} />
        </main>
      );
  }
}
