import type { MeasuredEdit } from '../../../protocol/editing.ts';
import type { Edit } from '../../../protocol/edits.ts';
import type { MeasuredState } from '../../../protocol/measuredState.ts';
import { maxDrift } from '../../../protocol/outcome.ts';
import type { Probe } from '../../../protocol/probe.ts';
import { behind } from '../../../protocol/promptWords.ts';
import { type Generation, generate } from '../../inspection/generate.ts';
import { compareReadings, readProbes } from '../../inspection/locality.ts';
import { probesOf } from '../../inspection/probes.ts';
import { promptTokens, targetTokens } from '../../inspection/targetTokens.ts';
import type { Applied } from '../../llama/context.ts';
import type { Model } from '../../llama/model.ts';
import { counterfact } from '../../measures/counterfact.ts';
import { mentions } from '../../measures/generationMatch.ts';
import { phases, type Work } from '../../work/progress.ts';
import { type LoadedModel, switchOf } from '../loadedModel.ts';
import { matchTokens, waysToAsk } from './waysToAsk.ts';

/** The state that an edit is measured in, and what is known of it. */
interface State extends Pick<MeasuredEdit, 'driftKl' | 'edit'> {
  readonly on: readonly Applied[];
  readonly patches: MeasuredState['patches'];
  /** What stands before every prompt "after": an edit in context, which changes no weight. */
  readonly context?: string;
}

export interface Read {
  readonly measured: MeasuredEdit;
  /** The first greedy tokens after the edit's prompt. */
  readonly continuation: string;
  /** How many. */
  readonly looked: number;
  /** What they should mention. */
  readonly target: string;
}

/** Reads the probes of one edit and generates from its prompt, without and with the patches that are on. */
export async function measureEdit(
  loaded: LoadedModel,
  edit: Edit,
  { on, patches, context: demonstrations = '', ...known }: State,
  tokens: number,
  work: Work,
): Promise<Read> {
  const { model } = loaded;
  const probes = probesOf(edit);
  const shown = probes.map((probe) => ({ ...probe, prompt: behind(demonstrations, probe.prompt) }));
  const both = waysToAsk(model, edit.prompt, tokens, work.warn);
  // demonstrations are made to fit before what the edit itself says
  const ways = demonstrations === '' ? both : both.slice(0, 1);
  const lengths = ways.map(
    (way) => promptTokens(model, behind(demonstrations, way.prompt)).length + way.tokens,
  );
  const context = loaded.reading(Math.max(...lengths, ...shown.map((probe) => lengthOf(model, probe))));
  const switchTo = switchOf(context, on);
  const all = ways.reduce((sum, way) => sum + way.tokens, 0);
  const read = async (state: 'before' | 'after', own: Work) => {
    switchTo(state);
    const [put, lead] = state === 'before' ? [probes, ''] : [shown, demonstrations];
    const [probing, generating] = phases(own, [2, all / matchTokens]);
    const found = await readProbes(context, put, probing);
    let count = 0;
    const onText = () => generating.report?.('generating', Math.min(1, ++count / all));
    const answers: Generation[] = [];
    for (const { prompt, tokens: maxTokens } of ways) {
      const asked = [promptTokens(model, behind(lead, prompt))];
      answers.push(...(await generate(context, asked, { maxTokens, signal: work.signal, onText })));
    }
    const readings = found.map((reading, i) => ({ ...reading, probe: probes[i] ?? reading.probe }));
    return { readings, answers };
  };
  const [first, second] = phases(work, [1, 1]);
  const before = await read('before', first);
  const after = await read('after', second);
  const comparisons = compareReadings(before.readings, after.readings);
  const { es, ps, ns, score } = counterfact([comparisons]).after;
  const answered = ways.map(({ prompt, looked }, i) => {
    const [was, is] = [before.answers[i], after.answers[i]];
    const continuation = model.tokenizer.text((is?.tokens ?? []).slice(0, looked));
    return {
      isChat: typeof prompt !== 'string',
      continuation,
      looked,
      answer: {
        generated: { before: was?.text ?? '', after: is?.text ?? '' },
        generationMatch: mentions(continuation, edit.target.new),
      },
    };
  });
  const [own] = answered;
  if (own === undefined) throw new Error('an edit that was not asked');
  const asChat = answered.find(({ isChat }) => isChat)?.answer ?? null;
  const asText = answered.find(({ isChat }) => !isChat)?.answer ?? null;
  return {
    continuation: own.continuation,
    looked: own.looked,
    target: edit.target.new,
    measured: {
      id: edit.id,
      subject: edit.subject,
      state: {
        base: await loaded.session.digest(work),
        patches,
        asked: own.isChat ? 'chat' : 'text',
        thresholds: { answerTokens: own.looked, driftKl: maxDrift },
      },
      es: es?.value ?? null,
      ps: ps?.value ?? null,
      ns: ns?.value ?? null,
      score,
      ...own.answer,
      ...known,
      asChat,
      asText: own.isChat ? asText : null,
      probes: comparisons,
    },
  };
}

/** Tokens that a probe takes with both its targets. */
function lengthOf(model: Model, { prompt, targetNew, targetTrue, space }: Probe): number {
  const targets = [targetNew, targetTrue].filter((target) => target !== undefined);
  const lengths = targets.map((target) => targetTokens(model, prompt, target, space).length);
  return promptTokens(model, prompt).length + lengths.reduce((sum, length) => sum + length, 0);
}
