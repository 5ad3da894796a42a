import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { HeaderPage, Surroundings, TensorColumns } from '../../../src/protocol/headerPage.ts';
import { visible } from '../../../src/text/visible.ts';
import type { Host } from '../../rpc.ts';
import { Button } from '../../ui/Button.tsx';
import { Dropdown } from '../../ui/Dropdown.tsx';
import { ProgressRing } from '../../ui/ProgressRing.tsx';
import { shapeOf, typeOf } from '../tensorRows.ts';
import { Statistics } from './Statistics.tsx';
import { useTensor } from './useTensor.ts';
import { ValueWindow } from './ValueWindow.tsx';

interface TensorViewProps {
  readonly host: Host<HeaderPage>;
  readonly tensors: TensorColumns;
  /** The tensor's name. */
  readonly name: string;
  readonly surroundings: Surroundings;
  readonly onBack: () => void;
}

/** One tensor: what its values are, or how they differ from another model's. */
export function TensorView({ host, tensors, name, surroundings, onBack }: TensorViewProps): VNode {
  const { bases, readable } = surroundings;
  const [wished, setBase] = useState('');
  const base = bases.some(({ path }) => path === wished) ? wished : '';
  const index = tensors.names.indexOf(name);
  return (
    <div class="tensor-view">
      <div class="tools">
        <Button onClick={onBack}>{l10n.t('Back to the Tensors')}</Button>
        {bases.length > 0 && readable && (
          <Dropdown
            label={l10n.t('Compared with')}
            value={base}
            options={[
              { value: '', text: l10n.t('Alone') },
              ...bases.map(({ path, name: text }) => ({ value: path, text: l10n.t('Less {0}', text) })),
            ]}
            onChange={setBase}
          />
        )}
        <Target host={host} name={name} surroundings={surroundings} />
      </div>
      <h2 class="mono">{visible(name)}</h2>
      <p class="muted">
        {typeOf(tensors, index)} · {shapeOf(tensors, index)}
      </p>
      {readable ? (
        <Values key={`${name}\n${base}`} host={host} name={name} base={base === '' ? null : base} />
      ) : (
        <p class="empty">
          {l10n.t(
            'Values are read by the engine, which needs a trusted workspace and a file on its machine.',
          )}
        </p>
      )}
    </div>
  );
}

/** Whether edits act on the tensor, and the button that makes them. */
function Target({
  host,
  name,
  surroundings: { editable, targets },
}: Pick<TensorViewProps, 'host' | 'name' | 'surroundings'>): VNode | null {
  if (targets.includes(name)) return <span class="muted">{l10n.t('Edits act on this tensor.')}</span>;
  if (!editable.includes(name)) return null;
  return (
    <Button kind="primary" onClick={() => void host.call('chooseTarget', { name })}>
      {l10n.t('Choose as Edit Target')}
    </Button>
  );
}

interface ValuesProps {
  readonly host: Host<HeaderPage>;
  readonly name: string;
  readonly base: string | null;
}

function Values({ host, name, base }: ValuesProps): VNode {
  const reading = useTensor(host, name, base);
  switch (reading.state) {
    case 'reading':
      return (
        <div class="waiting" role="status">
          <ProgressRing label={l10n.t('Reading the values')} />
          <span>
            {reading.stage || l10n.t('Reading the values')}{' '}
            {reading.fraction > 0 && reading.fraction < 1 && `${Math.round(100 * reading.fraction)} %`}
          </span>
          <Button onClick={reading.stop}>{l10n.t('Cancel')}</Button>
        </div>
      );
    case 'stopped':
      return (
        <div class="tools">
          <span>{l10n.t('Reading the values was stopped.')}</span>
          <Button onClick={reading.read}>{l10n.t('Read Again')}</Button>
        </div>
      );
    case 'failed':
      return (
        <div class="tools">
          <p class="problem" role="alert">
            {reading.error}
          </p>
          <Button onClick={reading.read}>{l10n.t('Try Again')}</Button>
        </div>
      );
    case 'read': {
      const { values, difference } = reading.detail;
      return (
        <>
          <Statistics
            statistics={difference?.values ?? values}
            relativeNorm={difference === null ? undefined : difference.relativeNorm}
          />
          <ValueWindow host={host} name={name} base={base} statistics={difference?.values ?? values} />
        </>
      );
    }
  }
}
