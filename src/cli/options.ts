import { type Command, InvalidArgumentError } from 'commander';
import type { EngineParams } from '../protocol/engine.ts';
import type { AppliedPatch } from '../protocol/model.ts';

/** Parsers for the values of options: commander puts their sentences behind the option's name. */

export function wholeNumber(least: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${least} on.`);
  };
}

export function number(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('It must be a number.');
}

/** Gigabytes, as bytes. */
export function gigabytes(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value * 1e9;
  throw new InvalidArgumentError('It must be a number of gigabytes.');
}

/** What a command may download of models that are named by references. */
export const downloadOption = [
  '--download <GB>',
  'how much may be downloaded of models that lie elsewhere (default: 4)',
  gigabytes,
] as const;

/** Whether what is signed may lie behind links. */
export const symlinksOption = [
  '--allow-symlinks',
  'follow links to files, as in the Hugging Face cache, instead of refusing them',
] as const;

/** Gathers the values of an option that may be given again and again. */
export function repeated(value: string, before: readonly string[] | undefined): string[] {
  return [...(before ?? []), value];
}

export function patchesFrom(paths: readonly string[] | undefined, strength = 1): AppliedPatch[] {
  return (paths ?? []).map((path) => ({ path, strength }));
}

/** What a command asks a model with. */
export interface PromptOptions {
  readonly prompt: string;
  readonly chat?: true | undefined;
  readonly system?: string | undefined;
}

/** @param what it does with the prompt: "what the model reads" */
export function addPromptOptions(command: Command, what: string): Command {
  return command
    .requiredOption('--prompt <text>', what)
    .option('--chat', "put the prompt into the model's chat template as the user's turn")
    .option('--system <text>', 'the system turn before it; implies --chat');
}

/** The prompt as the engine takes it. */
export function promptFrom({
  prompt,
  chat,
  system,
}: PromptOptions): Pick<EngineParams['probe'], 'prompt' | 'chat'> {
  if (system === undefined) return { prompt, chat };
  return {
    prompt: [
      { role: 'system', content: system },
      { role: 'user', content: prompt },
    ],
  };
}
