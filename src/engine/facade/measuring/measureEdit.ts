import { behind } from '../../../protocol/chat.ts';
import type { MeasuredEdit } from '../../../protocol/editing.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { generate } from '../../inspection/generate.ts';
import { compareReadings, readProbes } from '../../inspection/locality.ts';
import { probesOf } from '../../inspection/probes.ts';
import { promptTokens, targetTokens } from '../../inspection/targets.ts';
import type { Applied } from '../../llama/context.ts';
import { counterfact } from '../../measures/counterfact.ts';
import { mentions } from '../../measures/generationMatch.ts';
import { phases, type Work } from '../../progress.ts';
import { type LoadedModel, switchOf } from '../loadedModel.ts';
import { chatTokens, chatTurn } from './chatTurn.ts';

/** Greedy tokens in which the new target is looked for, where the prompt is text. */
export const matchTokens = 10;

/** The state that an edit is measured in, and what is known of it. */
interface State extends Pick<MeasuredEdit, 'driftKl' | 'edit'> {
  readonly on: readonly Applied[];
  /** What stands before every prompt "after": an edit in context, which changes no weight. */
  readonly context?: string;
}

export interface Read {
  readonly measured: MeasuredEdit;
  /** The first greedy tokens after the edit's prompt: `matchTokens`, of a chat `chatTokens`. */
  readonly continuation: string;
  /** What it should mention. */
  readonly target: string;
}

/** Reads the probes of one edit and generates from its prompt, without and with the patches that are on. */
export async function measureEdit(
  loaded: LoadedModel,
  edit: Edit,
  { on, context: demonstrations = '', ...known }: State,
  tokens: number,
  work: Work,
): Promise<Read> {
  const { model } = loaded;
  const isChat = typeof edit.prompt !== 'string';
  const looked = isChat ? chatTokens : matchTokens;
  const most = Math.max(tokens, looked);
  const probes = probesOf(edit);
  const shown = probes.map((probe) => ({ ...probe, prompt: behind(demonstrations, probe.prompt) }));
  const longest = shown.map(({ prompt: text, targetNew, targetTrue, space }) => {
    const targets = [targetNew, targetTrue].filter((target) => target !== undefined);
    const lengths = targets.map((target) => targetTokens(model, text, target, space).length);
    return promptTokens(model, text).length + lengths.reduce((sum, length) => sum + length, 0);
  });
  const asked = promptTokens(model, behind(demonstrations, edit.prompt)).length + most;
  // demonstrations stand before text, not before a turn
  const turns =
    typeof edit.prompt === 'string' && demonstrations === '' ? chatTurn(model, edit.prompt, work.warn) : [];
  const answers = turns.map((turn) => turn.length + chatTokens);
  const all = most + turns.length * chatTokens;
  const context = loaded.reading(Math.max(asked, ...answers, ...longest));
  const switchTo = switchOf(context, on);
  const read = async (state: 'before' | 'after', own: Work) => {
    switchTo(state);
    const [put, lead] = state === 'before' ? [probes, ''] : [shown, demonstrations];
    const [probing, generating] = phases(own, [2, all / matchTokens]);
    const found = await readProbes(context, put, probing);
    let count = 0;
    const onText = () => generating.report?.('generating', Math.min(1, ++count / all));
    const prompt = promptTokens(model, behind(lead, edit.prompt));
    const how = { signal: work.signal, onText };
    const [generated] = await generate(context, [prompt], { maxTokens: most, ...how });
    const [answer] = await generate(context, turns, { maxTokens: chatTokens, ...how });
    const readings = found.map((reading, i) => ({ ...reading, probe: probes[i] ?? reading.probe }));
    return {
      readings,
      text: generated?.text ?? '',
      tokens: generated?.tokens ?? [],
      answer: answer?.text,
    };
  };
  const [first, second] = phases(work, [1, 1]);
  const before = await read('before', first);
  const after = await read('after', second);
  const comparisons = compareReadings(before.readings, after.readings);
  const { es, ps, ns, score } = counterfact([comparisons]).after;
  const continuation = model.tokenizer.text(after.tokens.slice(0, looked));
  return {
    continuation,
    target: edit.target.new,
    measured: {
      id: edit.id,
      es: es?.value ?? null,
      ps: ps?.value ?? null,
      ns: ns?.value ?? null,
      score,
      generationMatch: mentions(continuation, edit.target.new),
      ...known,
      generated: { before: before.text, after: after.text },
      asChat: isChat
        ? asChatOf(before.text, after.text, edit.target.new)
        : asChatOf(before.answer, after.answer, edit.target.new),
      probes: comparisons,
    },
  };
}

function asChatOf(before: string | undefined, after: string | undefined, target: string) {
  if (before === undefined || after === undefined) return null;
  return { generated: { before, after }, generationMatch: mentions(after, target) };
}
