import type { EngineParams } from '../../protocol/engine.ts';
import type { EngineApi } from '../work/engineApi.ts';
import type { Work } from '../work/progress.ts';
import type { Step } from './step.ts';

/** What a step answered. */
export interface Answered {
  readonly step: Step;
  readonly text: string;
  readonly flipped: boolean;
}

/** What is asked of every step, and what the answer is looked through for. */
export interface Question extends Pick<EngineParams['generate'], 'prompt' | 'chat'> {
  readonly expect: string;
}

/** The longest answer that is read, in tokens. */
const tokenLimit = 64;

/** Asks one step: the likeliest continuation must begin with the expected answer, or in a conversation contain it. */
export async function askStep(
  engine: Pick<EngineApi, 'generate' | 'close'>,
  step: Step,
  { expect, ...prompt }: Question,
  work: Work = {},
): Promise<Answered> {
  const expected = expect.trim();
  const isChat = prompt.chat === true || typeof prompt.prompt !== 'string';
  const model = await step.file(work);
  const maxTokens = isChat ? tokenLimit : Math.min(tokenLimit, expected.length + 2);
  const { text } = await engine.generate({ model, ...prompt, patches: [], maxTokens }, work);
  // the next one takes its place in memory
  await engine.close({ model });
  const said = text.trim();
  return { step, text: said, flipped: isChat ? said.includes(expected) : said.startsWith(expected) };
}
