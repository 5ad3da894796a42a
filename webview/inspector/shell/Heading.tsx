import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import { Button } from '../../ui/Button.tsx';
import { Dropdown } from '../../ui/Dropdown.tsx';
import { type Actions, useHost } from '../inspectorHost.ts';
import { factName, stateName } from '../names.ts';

interface HeadingProps {
  readonly state: InspectorState;
  readonly actions: Actions;
}

/** Which edit is looked at, in which state, on which model, and what can be done with it. */
export function Heading({ state, actions }: HeadingProps): VNode {
  const host = useHost();
  const { edit, edits, model, change } = state;
  const options = edits.map((choice) => ({ value: choice.key, text: factName(choice) }));
  return (
    <header class="heading">
      <div class="heading-edit">
        {options.length === 0 ? (
          <h1>{model.name}</h1>
        ) : (
          <Dropdown
            label={l10n.t('Edit')}
            value={edit?.key ?? ''}
            options={edit === null ? [{ value: '', text: l10n.t('Choose Edit…') }, ...options] : options}
            onChange={(key) => key !== '' && void host.call('select', { key })}
          />
        )}
        {edit !== null && (
          <span class={`state state-${edit.state}`} title={edit.detail ?? undefined}>
            {stateName(edit)}
          </span>
        )}
      </div>
      <p class="muted heading-model">
        {options.length > 0 && model.name}
        {change !== null && ` · ${l10n.t('after: {0}', change.label)}`}
      </p>
      <div class="buttons">
        <EditButtons state={state} actions={actions} />
        <Button onClick={() => actions.act('export')}>{l10n.t('Export…')}</Button>
      </div>
    </header>
  );
}

function EditButtons({ state: { edit, crash }, actions }: HeadingProps): VNode | null {
  if (edit === null) return null;
  const busy = actions.running !== null || edit.state === 'computing' || crash !== null;
  const measurable = edit.state === 'applied' || edit.state === 'computed';
  return (
    <>
      {edit.state === 'applied' ? (
        <Button disabled={busy} onClick={() => actions.act('revert')}>
          {l10n.t('Revert')}
        </Button>
      ) : (
        <Button kind="primary" disabled={busy} onClick={() => actions.act('apply')}>
          {l10n.t('Apply')}
        </Button>
      )}
      {measurable && (
        <Button disabled={busy} onClick={() => actions.act('measure')}>
          {l10n.t('Measure')}
        </Button>
      )}
    </>
  );
}
