import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { Button } from '../../ui/Button.tsx';
import { ProgressRing } from '../../ui/ProgressRing.tsx';

interface NoticeProps {
  readonly title: string;
  /** What to do next. */
  readonly children: ComponentChildren;
  readonly action?: { readonly title: string; readonly run: () => void; readonly disabled?: boolean };
}

/** Stands where there is nothing to be shown yet, and says what to do next. */
export function Notice({ title, children, action }: NoticeProps): VNode {
  return (
    <div class="notice">
      <h2>{title}</h2>
      <p class="muted">{children}</p>
      {action !== undefined && (
        <Button kind="primary" disabled={action.disabled === true} onClick={action.run}>
          {action.title}
        </Button>
      )}
    </div>
  );
}

interface WaitingProps {
  readonly what: string;
  /** 0..1; 0 while it is not known. */
  readonly fraction: number;
  readonly onStop?: () => void;
}

/** Something is under way: what, how far it is, and how to stop it. */
export function Waiting({ what, fraction, onStop }: WaitingProps): VNode {
  const percent = Math.round(Math.min(1, fraction) * 100);
  return (
    <div class="waiting" role="status">
      <ProgressRing label={what} />
      <span>
        {what}
        {percent > 0 && percent < 100 && <span class="muted"> {percent} %</span>}
      </span>
      {onStop !== undefined && <Button onClick={onStop}>{l10n.t('Stop')}</Button>}
    </div>
  );
}

/** Something failed: the sentence that says why, and what can be tried. */
export function Problem({
  message,
  onAgain,
}: {
  readonly message: string;
  readonly onAgain: () => void;
}): VNode {
  return (
    <div class="problem" role="alert">
      <p>{message}</p>
      <Button onClick={onAgain}>{l10n.t('Try Again')}</Button>
    </div>
  );
}
