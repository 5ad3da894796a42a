import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { TraceComparison } from '../../../src/protocol/inspector.ts';
import { Button } from '../../ui/Button.tsx';
import { TextField } from '../../ui/TextField.tsx';
import type { Asking } from '../useOnRequest.ts';
import { readTraced, type Traced } from './readTraced.ts';

interface TraceFormProps {
  readonly prompt: string;
  readonly subject: string;
  readonly samples: string;
  readonly tracing: Asking<Traced, TraceComparison>;
  readonly onSubject: (subject: string) => void;
  readonly onSamples: (samples: string) => void;
}

/** Which words are drowned in noise, how often, and the button that begins it: a trace takes many passes. */
export function TraceForm({
  prompt,
  subject,
  samples,
  tracing,
  onSubject,
  onSamples,
}: TraceFormProps): VNode {
  const read = readTraced(prompt, { subject, samples });
  const busy = tracing.reading.status === 'reading';
  const run = () => read.valid && !busy && tracing.ask(read.value);
  const onKeyDown = ({ key }: KeyboardEvent) => key === 'Enter' && run();
  const setting = (name: string, value: string, onInput: (value: string) => void) => (
    <span class="setting">
      <span aria-hidden="true" class="muted">
        {name}
      </span>
      <TextField label={name} value={value} onInput={onInput} onKeyDown={onKeyDown} />
    </span>
  );
  return (
    <>
      <div class="toolbar trace-form">
        {setting(l10n.t('Subject'), subject, onSubject)}
        {setting(l10n.t('Noise samples'), samples, onSamples)}
        <Button kind="primary" disabled={!read.valid || busy} onClick={run}>
          {l10n.t('Trace')}
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
