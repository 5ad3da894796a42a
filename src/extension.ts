import type { ExtensionContext } from 'vscode';
import { Workbench } from './workbench/workbench.ts';

/** Composes the workbench. Native code is loaded by the engine's process, on first use; nothing of it happens here. */
export function activate(context: ExtensionContext): void {
  context.subscriptions.push(new Workbench(context));
}
