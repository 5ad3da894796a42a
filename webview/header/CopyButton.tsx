import * as l10n from '@vscode/l10n';
import type { ComponentChildren, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Button } from '../ui/Button.tsx';

interface CopyButtonProps {
  /** Made when the button is pressed. */
  readonly text: () => string;
  readonly label?: string;
  readonly children: ComponentChildren;
}

/** Puts a text onto the clipboard and says for a moment that it did. */
export function CopyButton({ text, label, children }: CopyButtonProps): VNode {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 2000);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    await navigator.clipboard.writeText(text());
    setCopied(true);
  };
  return (
    <>
      <Button {...(label !== undefined && { label })} onClick={() => void copy()}>
        {copied ? l10n.t('Copied') : children}
      </Button>
      <span class="unseen" role="status">
        {copied && l10n.t('Copied')}
      </span>
    </>
  );
}
