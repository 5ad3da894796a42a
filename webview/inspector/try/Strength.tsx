import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { InspectedEdit, InspectorState, StrengthReading } from '../../../src/protocol/inspector.ts';
import { magnitude, probability, strength as written } from '../../../src/text/numbers.ts';
import { visible, visibleToken } from '../../../src/text/visible.ts';
import { Button } from '../../ui/Button.tsx';
import { DataTable } from '../../ui/DataTable.tsx';
import { type InspectorHost, useHost } from '../inspectorHost.ts';
import { kindName } from '../names.ts';
import { shownOf, useReading } from '../useReading.ts';

/** Where the slider ends, how fine it is, and how long it is still before the model is asked, in ms. */
const limit = 2;
const step = 0.05;
const stillness = 250;

/** The edit at any strength: the answers follow the slider, and nothing is switched before one says so. */
export function Strength({ state }: { readonly state: InspectorState }): VNode | null {
  const host = useHost();
  const { edit } = state;
  if (edit === null || (edit.state !== 'applied' && edit.state !== 'computed')) return null;
  return <Slider key={edit.key} host={host} edit={edit} stamp={state.change?.stamp ?? ''} />;
}

interface SliderProps {
  readonly host: InspectorHost;
  readonly edit: InspectedEdit;
  /** Another string whenever other patches are meant. */
  readonly stamp: string;
}

function Slider({ host, edit, stamp }: SliderProps): VNode {
  const now = edit.strength ?? 1;
  const [wished, setWished] = useState(now);
  const settled = useSettled(wished);
  const { reading } = useReading(`${stamp} ${settled}`, true, (work) =>
    host.call('strength', { strength: settled }, work),
  );
  const shown = shownOf(reading);
  const reads = reading.status === 'reading' || settled !== wished;
  return (
    <section class="strength" aria-label={l10n.t('Strength')}>
      <h3>{l10n.t('Strength')}</h3>
      <div class="toolbar">
        <input
          type="range"
          min={0}
          max={limit}
          step={step}
          value={wished}
          aria-label={l10n.t('Strength of the edit')}
          aria-valuetext={written(wished)}
          onInput={({ currentTarget }) => setWished(Number(currentTarget.value))}
        />
        <output class="strength-value">{written(wished)}</output>
        <Button
          disabled={edit.strength === wished}
          onClick={() => void host.call('applyAt', { strength: wished })}
        >
          {l10n.t('Apply at {0}', written(wished))}
        </Button>
      </div>
      <p class="muted" role="status">
        {shown !== undefined && readAt(shown, edit)} {reads && l10n.t('Reading…')}
      </p>
      {reading.status === 'failed' && reading.message !== null && (
        <p class="complaint" role="alert">
          {reading.message}
        </p>
      )}
      {shown !== undefined && (
        <div class={reads ? 'strength-rows dim' : 'strength-rows'}>
          <DataTable
            label={l10n.t('Answers at strength {0}', written(shown.strength))}
            rows={shown.rows}
            columns={[
              { name: l10n.t('Prompt'), cell: ({ prompt }) => visible(prompt) },
              { name: l10n.t('Kind'), cell: ({ kind }) => kindName(kind) },
              { name: l10n.t('Without'), cell: ({ before }) => likeliest(before) },
              {
                name: l10n.t('At {0}', written(shown.strength)),
                cell: ({ before, after }) =>
                  before?.id === after?.id ? likeliest(after) : <strong>{likeliest(after)}</strong>,
              },
              { name: l10n.t('KL (nats)'), number: true, cell: ({ kl }) => magnitude(kl) },
            ]}
          />
        </div>
      )}
    </section>
  );
}

/** What the rows hold for: they say their strength, and whether that is what is on. */
function readAt({ strength, others }: StrengthReading, edit: InspectedEdit): string {
  const beside = others === 0 ? l10n.t('alone') : l10n.t('with {0} others', others);
  return edit.state === 'applied' && edit.strength === strength
    ? l10n.t('Read at {0}, {1}, as it is on.', written(strength), beside)
    : l10n.t('Read at {0}, {1}; this is not what is on.', written(strength), beside);
}

const likeliest = (token: StrengthReading['rows'][number]['before']): string =>
  token === null ? '–' : `${visibleToken(token.token)} ${probability(token.p)}`;

/** A value once it has not changed for a while. */
function useSettled(value: number): number {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), stillness);
    return () => clearTimeout(timer);
  }, [value]);
  return settled;
}
