import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { AttributionComparison } from '../../../src/protocol/inspector.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { Asking } from '../useOnRequest.ts';
import { type AskedAttribution, readAsked } from './readAsked.ts';

interface Typed {
  readonly subject: string;
  readonly samples: string;
  readonly lens: boolean;
}

interface AttributionFormProps {
  readonly prompt: string;
  readonly typed: Typed;
  readonly attributing: Asking<AskedAttribution, AttributionComparison>;
  readonly onTyped: (change: Partial<Typed>) => void;
}

/** What states are compared with, whether the lens is read, and the button that begins it. */
export function AttributionForm({ prompt, typed, attributing, onTyped }: AttributionFormProps): VNode {
  const read = readAsked(prompt, typed);
  const busy = attributing.reading.status === 'reading';
  const run = () => read.valid && !busy && attributing.ask(read.value);
  const onKeyDown = ({ key }: KeyboardEvent) => key === 'Enter' && run();
  const setting = (name: string, key: 'subject' | 'samples') => (
    <span class="setting">
      <span aria-hidden="true" class="muted">
        {name}
      </span>
      <TextField
        label={name}
        value={typed[key]}
        onInput={(value) => onTyped({ [key]: value })}
        onKeyDown={onKeyDown}
      />
    </span>
  );
  return (
    <>
      <div class="toolbar trace-form">
        {setting(l10n.t('Subject'), 'subject')}
        {setting(l10n.t('Noise samples'), 'samples')}
        <Checkbox checked={typed.lens} onChange={(lens) => onTyped({ lens })}>
          {l10n.t('Jacobian lens')}
        </Checkbox>
        <Button kind="primary" disabled={!read.valid || busy} onClick={run}>
          {l10n.t('Attribute')}
        </Button>
      </div>
      {!read.valid && (
        <p class="complaint" role="alert">
          {read.complaint}
        </p>
      )}
    </>
  );
}
