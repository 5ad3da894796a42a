import path from 'node:path';
import {
  type CancellationToken,
  type Disposable,
  type ExtensionContext,
  LanguageModelTextPart,
  type LanguageModelTool,
  LanguageModelToolResult,
  l10n,
  lm,
  McpStdioServerDefinition,
  workspace,
} from 'vscode';
import type { AgentTool } from '../../agents/tool.ts';
import { message } from '../../text/labels.ts';
import type { EngineService } from '../engine/engineService.ts';
import { demandTrust } from '../engine/hint.ts';

type Input = Readonly<Record<string, unknown>>;

/** Names of tools in the manifest, by which VS Code tells them from those of others, begin so. */
const prefix = 'palimpsest_';

/**
 * The tools for language models, in VS Code itself and as an MCP server that it may start. Their descriptions are read
 * when one is first called: activation reads their names alone.
 */
export function registerAgents({ extension }: ExtensionContext, engine: EngineService): Disposable[] {
  const { contributes, version } = extension.packageJSON as {
    readonly version: string;
    readonly contributes: { readonly languageModelTools: readonly { readonly name: string }[] };
  };
  return [
    ...contributes.languageModelTools.map(({ name }) =>
      lm.registerTool(name, new ServedTool(name.slice(prefix.length), engine)),
    ),
    lm.registerMcpServerDefinitionProvider('palimpsest', {
      provideMcpServerDefinitions() {
        const program = path.join(extension.extensionPath, 'dist', 'cli.js');
        const env = { ELECTRON_RUN_AS_NODE: '1' };
        const server = new McpStdioServerDefinition(
          'Palimpsest',
          process.execPath,
          [program, 'mcp'],
          env,
          version,
        );
        const folder = workspace.workspaceFolders?.[0]?.uri;
        if (folder !== undefined) server.cwd = folder;
        return [server];
      },
    }),
  ];
}

class ServedTool implements LanguageModelTool<Input> {
  readonly #name: string;
  readonly #engine: EngineService;

  constructor(name: string, engine: EngineService) {
    this.#name = name;
    this.#engine = engine;
  }

  /** Asks a person before anything is written. */
  async prepareInvocation({ input }: { readonly input: Input }) {
    const { title, writes } = await this.#tool();
    const invocationMessage = title;
    if (!writes) return { invocationMessage };
    const out = message(String(input['out'] ?? ''));
    const confirmationMessages = { title, message: l10n.t('This writes a new file: {0}', out) };
    return { invocationMessage, confirmationMessages };
  }

  async invoke(
    { input }: { readonly input: Input },
    token: CancellationToken,
  ): Promise<LanguageModelToolResult> {
    demandTrust();
    const { title, input: schema, run } = await this.#tool();
    const { data, error } = schema.safeParse(input);
    if (error !== undefined) {
      throw new Error(
        error.issues.map(({ path: at, message: what }) => `${at.join('.')}: ${what}`).join('; '),
      );
    }
    const stop = new AbortController();
    const listening = token.onCancellationRequested(() => stop.abort());
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath ?? process.cwd();
    try {
      const text = await this.#engine.run(
        title,
        (client, work) => run(data, { engine: client, folder }, work),
        stop.signal,
      );
      return new LanguageModelToolResult([new LanguageModelTextPart(text)]);
    } finally {
      listening.dispose();
    }
  }

  async #tool(): Promise<AgentTool> {
    const { agentTools } = await import('../../agents/tools.ts');
    const found = agentTools.find(({ name }) => name === this.#name);
    if (found === undefined) throw new Error(`there is no tool ${this.#name}`);
    return found;
  }
}
