import { stat } from 'node:fs/promises';

/**
 * As much of VS Code as unit tests reach, in its place (`vitest.config.ts`): texts untranslated, the disk as its file
 * system, a trusted workspace without settings. A test that wants more spies on it; what it changes ends with its file.
 */

interface Place {
  readonly path: string;
  readonly fsPath: string;
}

const nothing = { dispose: () => {} };

export const l10n = {
  t: (text: string, ...values: unknown[]) =>
    text.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)])),
};

export const window = {
  showWarningMessage: () => {},
  showQuickPick: async (_items: unknown, _options?: unknown): Promise<unknown> => undefined,
  showInputBox: async (_options: unknown): Promise<string | undefined> => undefined,
  showInformationMessage: async (..._words: unknown[]): Promise<string | undefined> => undefined,
};

export const Uri = { file: (fsPath: string) => ({ fsPath }) };

export const workspace = {
  isTrusted: true,
  workspaceFolders: [{ uri: { fsPath: '/folder' } }],
  getConfiguration: () => ({ get: (_name: string, otherwise?: unknown) => otherwise }),
  getWorkspaceFolder: (): unknown => undefined,
  fs: {
    stat: ({ fsPath }: Place): Promise<{ size: number }> => stat(fsPath),
    readFile: async (_: Place): Promise<Uint8Array> => {
      throw new Error('No test reads files through VS Code but those that say how.');
    },
  },
};

export const lm = {
  registerTool: (_name: string, _tool: unknown) => nothing,
  registerMcpServerDefinitionProvider: (_id: string, _provider: unknown) => nothing,
};

export class FileSystemError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export class LanguageModelTextPart {
  readonly value: string;
  constructor(value: string) {
    this.value = value;
  }
}

export class LanguageModelToolResult {
  readonly content: unknown[];
  constructor(content: unknown[]) {
    this.content = content;
  }
}

export class McpStdioServerDefinition {
  readonly label: string;
  readonly command: string;
  readonly args: string[];
  constructor(label: string, command: string, args: string[]) {
    this.label = label;
    this.command = command;
    this.args = args;
  }
}

export class EventEmitter {}
export class ThemeColor {}
export class ThemeIcon {}
