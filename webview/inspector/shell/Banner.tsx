import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import { Button } from '../../ui/Button.tsx';
import type { Actions } from '../inspectorHost.ts';

interface BannerProps {
  readonly state: InspectorState;
  readonly actions: Actions;
}

/** What a person should know before reading anything below: the engine has stopped, or the edit is not what it was. */
export function Banner({ state: { crash, edit }, actions }: BannerProps): VNode | null {
  if (crash !== null) {
    return (
      <div class="banner banner-error" role="alert">
        <p>{crash}</p>
        <div class="buttons">
          <Button kind="primary" disabled={actions.running !== null} onClick={() => actions.act('restart')}>
            {l10n.t('Restart')}
          </Button>
          <Button onClick={() => actions.act('showLog')}>{l10n.t('Show Log')}</Button>
        </div>
      </div>
    );
  }
  if ((edit?.state === 'stale' || edit?.state === 'failed') && edit.detail !== null) {
    return (
      <div class="banner" role="status">
        <p>{edit.detail}</p>
      </div>
    );
  }
  return null;
}
