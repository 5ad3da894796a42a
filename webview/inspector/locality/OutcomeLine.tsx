import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectedEdit, Measurement } from '../../../src/protocol/inspector.ts';
import { outcomeOf } from '../../../src/protocol/outcome.ts';
import { Button } from '../../ui/Button.tsx';
import type { Actions } from '../inspectorHost.ts';

interface OutcomeLineProps {
  readonly measurement: Measurement;
  readonly edit: InspectedEdit;
  readonly actions: Actions;
}

/** What the edit did, in a sentence; before it, where another state was measured, the word that it was. */
export function OutcomeLine({ measurement, edit, actions }: OutcomeLineProps): VNode {
  const { level, sentence } = outcomeOf(measurement.edit);
  const { otherState, measuredWith } = edit;
  const current = otherState === null;
  return (
    <section class="outcome" aria-label={l10n.t('Outcome')}>
      {!current && (
        <div class="other-state" role="status">
          <span aria-hidden="true">⚠</span>
          <p>{l10n.t('Of another state: {0}.', otherState)}</p>
          <Button kind="primary" disabled={actions.running !== null} onClick={() => actions.act('measure')}>
            {l10n.t('Measure')}
          </Button>
        </div>
      )}
      <p class={current ? `outcome-sentence outcome-${level}` : 'outcome-sentence outcome-other'}>
        <span aria-hidden="true">{current ? marks[level] : '–'}</span> {sentence}
      </p>
      {current && <p class="muted">{l10n.t('Measured {0}.', measuredWith ?? '')}</p>}
    </section>
  );
}

const marks = { well: '✓', partly: '◐', fails: '✗' } as const;
