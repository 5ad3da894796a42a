import type { Command } from 'commander';
import { HumanError } from '../engine/errors.ts';
import type { EngineApi, EngineWork } from '../engine/work/engineApi.ts';
import type { Work } from '../engine/work/progress.ts';
import type { EngineMethod, EngineParams, EngineResults } from '../protocol/engine.ts';
import type { AppliedPatch } from '../protocol/model.ts';
import { visible } from '../text/visible.ts';
import { printJson } from './json.ts';
import { ProgressBar } from './progressBar.ts';
import { Style } from './style.ts';
import type { Terminal } from './terminal.ts';

/** A result that does not meet what the caller required: said, with exit code 1. */
export class PolicyError extends HumanError {
  override readonly exitCode = 1 as const;
  override readonly name = 'PolicyError';
}

/** What every command works with: the engine, the terminal, and the signal that Ctrl-C raises. */
export class Cli {
  readonly terminal: Terminal;
  readonly style: Style;
  readonly engine: EngineApi;
  /** Raised by Ctrl-C. */
  readonly signal: AbortSignal;
  /** Patches that were looked at for what is to be warned of. */
  readonly #looked = new Set<string>();

  constructor(terminal: Terminal, engine: EngineApi, signal: AbortSignal) {
    this.terminal = terminal;
    this.style = new Style(terminal);
    this.engine = engine;
    this.signal = signal;
  }

  /** Calls the engine with a progress bar, and prints the result: as JSON, or as `render` shows it to people. */
  async call<M extends EngineMethod>(
    method: M,
    params: EngineParams[M],
    json: boolean | undefined,
    render: (result: EngineResults[M], style: Style) => string,
  ): Promise<EngineResults[M]> {
    const bar = new ProgressBar(this.terminal);
    if ('patches' in params) await this.#warnOf(params.patches ?? []);
    try {
      const result = await this.engine[method](params, this.#work(bar));
      bar.clear();
      this.terminal.out(json ? printJson(result) : render(result, this.style));
      return result;
    } finally {
      bar.clear();
    }
  }

  #work(bar: ProgressBar): Work {
    const told = new Set<string>();
    const warn = (text: string) => {
      // what holds for every edit of a file is said once
      if (told.has(text)) return;
      told.add(text);
      bar.clear();
      this.terminal.err(`${visible(`Warning: ${text}`)}\n`);
    };
    return { signal: this.signal, report: bar.report, warn };
  }

  /** What is typed or piped in, line by line. */
  lines(): AsyncIterable<string> {
    return this.terminal.lines(this.signal);
  }

  /** Calls the engine and gives what it says meanwhile to `onEvent`; nothing is printed. */
  async listen<M extends EngineMethod>(
    method: M,
    params: EngineParams[M],
    onEvent: NonNullable<EngineWork<M>['onEvent']>,
  ): Promise<EngineResults[M]> {
    if ('patches' in params) await this.#warnOf(params.patches ?? []);
    const bar = new ProgressBar(this.terminal);
    const heard: typeof onEvent = (event) => {
      bar.clear();
      onEvent(event);
    };
    try {
      return await this.engine[method](params, { ...this.#work(bar), onEvent: heard });
    } finally {
      bar.clear();
    }
  }

  /** Says once what llama.cpp does otherwise with patches than their makers meant. */
  async #warnOf(patches: readonly (AppliedPatch | string)[]): Promise<void> {
    for (const patch of patches) {
      // to verify, patches are baked anew and compared, not applied
      if (typeof patch === 'string' || this.#looked.has(patch.path)) continue;
      this.#looked.add(patch.path);
      const { warnings } = await this.engine.patchInfo({ path: patch.path });
      for (const warning of warnings) this.terminal.err(`Warning: ${visible(warning)}\n`);
    }
  }
}

/** A command of the program: defines itself on its parent. */
export type DefineCommand = (program: Command, cli: Cli) => void;
