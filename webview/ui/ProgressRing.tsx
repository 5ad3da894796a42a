import { provideVSCodeDesignSystem, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import type { VNode } from 'preact';
import { useLayoutEffect } from 'preact/hooks';
import { toolkit } from './toolkit.ts';
import { useAriaLabel } from './useAriaLabel.ts';

provideVSCodeDesignSystem().register(vsCodeProgressRing());
const Element = toolkit<object>('vscode-progress-ring');

/** Something is under way whose end is not known; `label` says what. */
export function ProgressRing({ label }: { readonly label: string }): VNode {
  const ref = useAriaLabel(label);
  useLayoutEffect(() => {
    // the element makes itself an alert, which would interrupt a screen reader
    ref.current?.setAttribute('role', 'progressbar');
    ref.current?.removeAttribute('aria-live');
  }, [ref]);
  return <Element ref={ref} />;
}
