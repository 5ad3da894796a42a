import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import type { Actions } from '../inspectorHost.ts';
import { Notice } from './Notice.tsx';

interface NoEditProps {
  readonly state: InspectorState;
  readonly actions: Actions;
}

/** Stands where an edit would be shown: none is selected, or edits act on another model. */
export function NoEdit({ state: { model }, actions }: NoEditProps): VNode {
  if (!model.base) {
    return (
      <Notice
        title={l10n.t('Edits act on another model')}
        action={{ title: l10n.t('Set as Base'), run: () => actions.act('setBase') }}
      >
        {l10n.t('Set {0} as base to apply edits to it and to see here what they change.', model.name)}
      </Notice>
    );
  }
  return (
    <Notice title={l10n.t('No edit is selected')}>
      {l10n.t('Select an edit in the Edits view, or in the list above; what it does is shown here.')}
    </Notice>
  );
}
