import { provideVSCodeDesignSystem, vsCodeBadge } from '@vscode/webview-ui-toolkit';
import type { ComponentChildren, VNode } from 'preact';
import { toolkit } from './toolkit.ts';

provideVSCodeDesignSystem().register(vsCodeBadge());
const Element = toolkit<object>('vscode-badge');

/** A number, or a word or two, beside what it says something of. */
export function Badge({ children }: { readonly children: ComponentChildren }): VNode {
  return <Element>{children}</Element>;
}
