import type { Command } from 'commander';
import { InputError } from '../engine/errors.ts';
import type { EngineParams, EngineResults } from '../protocol/engine.ts';
import { visibleLines } from '../text/visible.ts';
import type { Cli } from './cli.ts';
import { number, patchesFrom, repeated, wholeNumber } from './options.ts';

/** What `generate` and `chat` have in common: patches, sampling, and answers with and without the patches. */
export interface GenerationOptions {
  readonly patch?: string[];
  readonly strength?: number;
  readonly tokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly seed?: number;
  readonly beforeAfter?: true;
}

export function addGenerationOptions(command: Command): Command {
  return command
    .option('--patch <file>', 'switch this patch on; repeatable', repeated)
    .option('--strength <x>', 'what the patches are multiplied by (default: 1)', number)
    .option('--before-after', 'answer without and with the patches, side by side')
    .option('--tokens <n>', 'maximum number of tokens (default: 256)', wholeNumber(1))
    .option(
      '--temperature <x>',
      'sample at this temperature (default: the likeliest token each time)',
      number,
    )
    .option(
      '--top-p <x>',
      'sample from the likeliest tokens that make up this probability (default: 0.95)',
      number,
    )
    .option('--seed <n>', 'seed of the sampling (default: 0)', wholeNumber(0));
}

/** @throws InputError where both states are asked for and there is no patch between them */
export function expectPatchToCompare({ beforeAfter, patch }: GenerationOptions): void {
  if (beforeAfter && patch === undefined)
    throw new InputError('--before-after compares with and without patches; name one with --patch.');
}

type Prompt = Pick<EngineParams['generate'], 'prompt' | 'chat'>;
export type Answer = EngineResults['generate'];

/** Generates with the patches on; the text is printed as it comes. */
export async function streamed(
  cli: Cli,
  model: string,
  prompt: Prompt,
  options: GenerationOptions,
): Promise<Answer> {
  const answer = await answered(cli, model, prompt, options, 'after', (text) =>
    cli.terminal.out(visibleLines(text)),
  );
  cli.terminal.out('\n');
  return answer;
}

/** Generates without or with the patches. */
export async function answered(
  cli: Cli,
  model: string,
  prompt: Prompt,
  { patch, strength, tokens = 256, temperature, topP = 0.95, seed = 0 }: GenerationOptions,
  state: 'before' | 'after',
  onText: (text: string) => void = () => {},
): Promise<Answer> {
  const patches = state === 'before' ? [] : patchesFrom(patch, strength);
  const sampling = temperature === undefined ? undefined : { temperature, topP, seed };
  return await cli.listen(
    'generate',
    { model, ...prompt, patches, maxTokens: tokens, sampling },
    ({ text }) => onText(text),
  );
}

/** Both answers side by side, as wide as the screen. */
export function sideBySide(cli: Cli, before: Answer, after: Answer): string {
  return cli.style.beside(
    [
      { head: 'without', text: visibleLines(before.text.trim()) },
      { head: 'with the patches', text: visibleLines(after.text.trim()) },
    ],
    cli.terminal.columns,
  );
}
