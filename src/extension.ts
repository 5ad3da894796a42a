import type { ExtensionContext } from 'vscode';

/** Composes the workbench. Native code is loaded by the engine's process, on first use; nothing of it happens here. */
export function activate(_context: ExtensionContext): void {}
