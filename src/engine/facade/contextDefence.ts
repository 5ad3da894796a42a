import type { Defended, LearnedDefence } from '../../protocol/contextDefence.ts';
import type { Edit } from '../../protocol/edits.ts';
import type { EngineParams } from '../../protocol/engine.ts';
import type { TokenProbability } from '../../protocol/probe.ts';
import { wordsOf } from '../../protocol/promptWords.ts';
import { quoted } from '../../text/visible.ts';
import type { AskModel } from '../contextDefence/askModel.ts';
import { type Detected, detection } from '../contextDefence/detection.ts';
import { fitLogistic, logistic } from '../contextDefence/logistic.ts';
import { searchDefence } from '../contextDefence/searchDefence.ts';
import { topFeatures } from '../contextDefence/topFeatures.ts';
import { withDefence } from '../contextDefence/withDefence.ts';
import { InputError } from '../errors.ts';
import { inContext } from '../inspection/inContext.ts';
import { joined } from '../inspection/joining.ts';
import { likeliestNext } from '../inspection/likeliestNext.ts';
import { promptTokens, targetTokens } from '../inspection/targetTokens.ts';
import { shareOf } from '../measures/cases.ts';
import { parted, phases, type Work } from '../work/progress.ts';
import type { LoadedModel } from './loadedModel.ts';

const usualTop = 10;
/** Demonstrations before the new fact: with more of them small models believe it less. */
const demonstrations = 1;
/** Prompts that the search tries its finalists on. */
const maxSearched = 12;

const protocol =
  'reversal of in-context edits (after Youssef et al., 2410.12586): IKE prompts with one demonstration; only edits that are believed count as edited: their target is the likeliest next token; detection by logistic regression over the logarithms of the largest next-token probabilities, both classes weighing the same; recovered: the likeliest next token is that of the plain question; fitted and searched on every second edit, measured on the others';

/** Edits of which a demonstration is made. */
const maxDemonstrated = 12;

/** What the model says of one edit's question: alone, behind the edit, and of a neighbour's question behind it. */
interface Asked {
  readonly edit: Edit;
  readonly prompt: string;
  readonly plain: readonly TokenProbability[];
  readonly edited: readonly TokenProbability[];
  /** null where the edit has no neighbour. */
  readonly other: readonly TokenProbability[] | null;
  /** The edit is believed: its target is likeliest, and was not. */
  readonly worked: boolean;
}

/** Learns to detect and to undo edits in context from the likeliest next tokens alone, and measures both. */
export async function learnDefence(
  loaded: LoadedModel,
  { edits: { edits: all }, number, top = usualTop }: EngineParams['learnDefence'],
  work: Work,
): Promise<LearnedDefence> {
  const edits = all.slice(0, number);
  if (edits.length < 4)
    throw new InputError('At least 4 edits are needed: half to learn from, half to measure on.');
  const ask = asking(loaded, top, work.signal);
  const [reading, searching, measuring] = phases(work, [2, 6, 1]);
  const asked: Asked[] = [];
  for (const [index, edit] of edits.entries()) {
    asked.push(await askAbout(loaded, ask, edit, all));
    reading.report?.('reading edits in context', (index + 1) / edits.length);
  }
  const [learning, held] = [0, 1].map((rest) => asked.filter((_, i) => i % 2 === rest));
  const cases = casesOf(learning ?? [], top);
  const detector = fitLogistic(
    cases.map(({ features }) => features),
    cases.map(({ kind }) => kind === 'edited'),
  );
  const found = casesOf(held ?? [], top).map(
    ({ kind, features }): Detected => ({ kind, called: logistic(detector, features) > 0.5 }),
  );
  const believed = (some: readonly Asked[]) => some.filter((one) => one.worked);
  const from = believed(learning ?? []).slice(0, maxSearched);
  const disbelieved = (learning ?? []).slice(-maxDemonstrated).flatMap(({ edit }) => unbelieved(edit));
  const search = from.map(({ prompt, plain }) => ({ prompt, original: id(plain) ?? Number.NaN }));
  const { text } =
    search.length === 0 ? { text: null } : await searchDefence(ask, search, disbelieved, searching);
  const worked = believed(held ?? []);
  const digest = await loaded.session.digest(work);
  return {
    reversal: { model: { digest, name: loaded.name }, top, detector, text },
    protocol,
    learnedFrom: learning?.length ?? 0,
    detection: detection(found),
    worked: shareOf((held ?? []).map((one) => Number(one.worked))),
    recovered: await shareSame(worked, ({ prompt }) => prompt, text),
    recoveredWithoutText: await shareSame(worked, ({ prompt }) => prompt, text === null ? null : ''),
    keptPlain: await shareSame(held ?? [], ({ edit }) => wordsOf(edit.prompt), text),
  };

  /** Whose likeliest next token is, with the text, that of the plain question. */
  async function shareSame(some: readonly Asked[], of: (one: Asked) => string, line: string | null) {
    if (line === null) return null;
    const same: number[] = [];
    for (const [index, one] of some.entries()) {
      const [answer] = await ask([withDefence(of(one), line)]);
      same.push(Number(id(answer) === id(one.plain)));
      parted(measuring, index, some.length, 'prompt').report?.('asking with the text', 1);
    }
    return shareOf(same);
  }
}

/** Says whether a prompt holds an edit of what it asks for, and what the model answers without and with the text. */
export async function defend(
  loaded: LoadedModel,
  { prompt, reversal: { model, top, detector, text } }: EngineParams['defend'],
  work: Work,
): Promise<Defended> {
  if (model.digest !== (await loaded.session.digest(work))) {
    throw new InputError(
      `This was learned of another model (${quoted(model.name)}) than ${loaded.model.path}.`,
    );
  }
  const ask = asking(loaded, top, work.signal);
  const asked = text === null ? prompt : withDefence(prompt, text);
  const [before = [], after = []] = await ask([prompt, asked]);
  const probability = logistic(detector, topFeatures(before, top));
  return { probability, edited: probability > 0.5, asked, before, after };
}

function asking(loaded: LoadedModel, top: number, signal: AbortSignal | undefined): AskModel {
  const { model } = loaded;
  return async (texts) => {
    const longest = Math.max(...texts.map((text) => promptTokens(model, text).length));
    // room for many ends behind one beginning, as far as the model holds it
    const context = loaded.reading(Math.max(longest, Math.min(model.contextLength, 4 * longest)));
    context.setAdapters([]);
    return await likeliestNext(context, texts, top, signal);
  };
}

async function askAbout(
  loaded: LoadedModel,
  ask: AskModel,
  edit: Edit,
  all: readonly Edit[],
): Promise<Asked> {
  const before = inContext(edit, all, demonstrations);
  const [neighbour] = edit.probes?.neighbourhood ?? [];
  const question = wordsOf(edit.prompt);
  const prompt = before + question;
  const behind = [prompt, ...(neighbour === undefined ? [] : [before + wordsOf(neighbour.prompt)])];
  const [plain = []] = await ask([question]);
  const [edited = [], other = null] = await ask(behind);
  const [target] = targetTokens(loaded.model, question, edit.target.new, edit.space);
  return { edit, prompt, plain, edited, other, worked: id(edited) === target && id(plain) !== target };
}

/** A demonstration of a fact that is told and not believed. */
function unbelieved({ prompt, target, space }: Edit): string[] {
  if (target.true === undefined) return [];
  const words = wordsOf(prompt);
  const said = (answer: string) => words + joined(words, answer, space);
  return [`New Fact: ${said(target.new)}\nPrompt: ${said(target.true)}\n`];
}

const id = (top: readonly TokenProbability[] | undefined) => top?.[0]?.id;

function casesOf(asked: readonly Asked[], top: number) {
  return asked.flatMap(({ plain, edited, other, worked }) => [
    { kind: 'plain' as const, features: topFeatures(plain, top) },
    ...(worked ? [{ kind: 'edited' as const, features: topFeatures(edited, top) }] : []),
    ...(other === null ? [] : [{ kind: 'other' as const, features: topFeatures(other, top) }]),
  ]);
}
