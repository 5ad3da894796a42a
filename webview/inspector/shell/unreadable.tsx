import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import type { Actions } from '../inspectorHost.ts';
import { Notice, Waiting } from './Notice.tsx';

interface UnreadProps {
  readonly state: InspectorState;
  readonly actions: Actions;
}

/** Why nothing can be read of the model now, and what to do about it; null where it can. */
export function unreadable({ state, actions }: UnreadProps): VNode | null {
  const { model, crash } = state;
  const load = {
    title: l10n.t('Load Model'),
    run: () => actions.act('load'),
    disabled: actions.running !== null,
  };
  if (crash !== null) {
    return (
      <Notice
        title={l10n.t('The engine has stopped')}
        action={{ title: l10n.t('Restart Engine'), run: () => actions.act('restart') }}
      >
        {l10n.t('Edits that were on are off. Restart the engine, then reload the model.')}
      </Notice>
    );
  }
  switch (model.state) {
    case 'ready':
      return null;
    case 'loading':
      return (
        <Waiting what={model.stage ?? l10n.t('Loading {0}', model.name)} fraction={model.fraction ?? 0} />
      );
    case 'failed':
      return (
        <Notice title={l10n.t('{0} could not be loaded', model.name)} action={load}>
          {model.error ?? ''}
        </Notice>
      );
    case 'header':
      return (
        <Notice title={l10n.t('{0} is not loaded', model.name)} action={load}>
          {l10n.t('Its layers can be read once it is in memory.')}
        </Notice>
      );
  }
}
