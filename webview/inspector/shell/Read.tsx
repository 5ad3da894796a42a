import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { type Readable, shownOf } from '../useReading.ts';
import { Notice, Problem, Waiting } from './Notice.tsx';

interface ReadProps<T> {
  readonly of: Readable<T>;
  /** What is being read, for people: "Reading activations". */
  readonly what: string;
  readonly children: (value: T) => ComponentChildren;
}

/** Shows what was read, or that it is being read, was stopped, or failed. An older reading stays meanwhile, dimmed. */
export function Read<T>({ of, what, children }: ReadProps<T>): VNode | null {
  const { reading, again, stop } = of;
  const shown = shownOf(reading);
  if (reading.status === 'idle') return null;
  if (reading.status === 'failed') {
    if (reading.message !== null) return <Problem message={reading.message} onAgain={again} />;
    return (
      <Notice title={l10n.t('Stopped')} action={{ title: l10n.t('Read Again'), run: again }}>
        {l10n.t('Reading was stopped.')}
      </Notice>
    );
  }
  const waiting = reading.status === 'reading' && (
    <Waiting what={reading.stage === '' ? what : reading.stage} fraction={reading.fraction} onStop={stop} />
  );
  if (shown === undefined) return <>{waiting}</>;
  return (
    <>
      {waiting}
      <div class={reading.status === 'reading' ? 'read dimmed' : 'read'}>{children(shown)}</div>
    </>
  );
}
