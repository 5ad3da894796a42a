import { provideVSCodeDesignSystem, vsCodeProgressRing } from '@vscode/webview-ui-toolkit';
import type { VNode } from 'preact';
import { toolkit } from './toolkit.ts';

provideVSCodeDesignSystem().register(vsCodeProgressRing());
const Element = toolkit<{ 'aria-label': string }>('vscode-progress-ring');

/** Something is under way whose end is not known; `label` says what. */
export function ProgressRing({ label }: { readonly label: string }): VNode {
  return <Element aria-label={label} />;
}
