import { InputError } from '../../engine/errors.ts';
import { type SubjectInPrompt, subjectSpan } from '../../engine/inspection/subject.ts';
import { subjectToken } from '../../engine/inspection/subjectToken.ts';
import { phases } from '../../engine/work/progress.ts';
import type { Prompt } from '../../protocol/chat.ts';
import type { Edit } from '../../protocol/edits.ts';
import type {
  AnswerSide,
  AttributionComparison,
  CellReading,
  InspectorContract,
  TraceComparison,
} from '../../protocol/inspector.ts';
import type { AppliedPatch } from '../../protocol/model.ts';
import { behind, wordsOf } from '../../protocol/promptWords.ts';
import type { PageWork } from '../../protocol/webview.ts';
import type { EngineService } from '../engine/engineService.ts';
import type { Handlers } from '../webviews/servePage.ts';
import { promptShownAs } from './probePlace.ts';
import { readStrength } from './readStrength.ts';

/** What a reading is of: the model, what "after" means, and the answers that the selected edit is about. */
export interface Subject {
  readonly model: string;
  readonly patches: readonly AppliedPatch[];
  /** The new answer and the true one; empty without an edit. */
  readonly targets: readonly string[];
  /** The selected edit. */
  readonly edit: Edit | undefined;
  /** Its patch, once there is one. */
  readonly own: string | undefined;
  /** What stands before a prompt so that the base answers as the selected edit would have it. */
  readonly inContext: string | undefined;
}

/** Tokens and neurons that a list names. */
const top = { lens: 5, cell: 8, cellNeurons: 8, neurons: 12, promoted: 5 };

type Readings = Pick<
  Handlers<InspectorContract>,
  | 'activations'
  | 'cell'
  | 'lens'
  | 'heads'
  | 'head'
  | 'neurons'
  | 'trace'
  | 'attribute'
  | 'generate'
  | 'strength'
>;

/** Answers what the page reads of the model, without and with the change. */
export function inspectorReadings(engine: EngineService, subject: () => Subject): Readings {
  const on = (shown: string) => {
    const { model, patches, targets, edit } = subject();
    const prompt = promptShownAs(edit, shown);
    return { of: { model, prompt, patches: [...patches] }, targets: [...targets], space: edit?.space };
  };
  return {
    activations: ({ prompt }, work) =>
      engine.quietly((client) => client.activations(on(prompt).of, plain(work))),
    lens({ prompt, position }, work) {
      const { of, targets, space } = on(prompt);
      const params = { ...of, targets, space, positions: [position], top: top.lens };
      return engine.quietly((client) => client.lens(params, plain(work)));
    },
    async cell({ prompt, layer, position }, work): Promise<CellReading> {
      const { of } = on(prompt);
      const lens = await engine.quietly((client) =>
        client.lens({ ...of, positions: [position], top: top.cell }, plain(work)),
      );
      const neurons = await engine
        .quietly((client) =>
          client.neurons({ ...of, layer, position, top: top.cellNeurons, promoted: 0 }, plain(work)),
        )
        .then(({ pairs }) => pairs)
        .catch((error: unknown) => {
          // a mixture of experts has no neurons of its own there; the lens still says something
          if (error instanceof InputError) return null;
          throw error;
        });
      return { neurons, lens };
    },
    heads: ({ prompt, layer, side }, work) =>
      engine.quietly((client) => client.attention({ ...on(prompt).of, layer, side }, plain(work))),
    head: ({ prompt, layer, head }, work) =>
      engine.quietly((client) => client.attention({ ...on(prompt).of, layer, head }, plain(work))),
    async neurons({ prompt, layer, position }, work) {
      const { of } = on(prompt);
      const at = position ?? (await editedToken(engine, of, subject().edit));
      const params = { ...of, layer, position: at, top: top.neurons, promoted: top.promoted };
      return await engine.quietly((client) => client.neurons(params, plain(work)));
    },
    async trace({ prompt, subject: traced, samples }, work): Promise<TraceComparison> {
      const { of } = on(prompt);
      const asked = { ...of, ...subjectOf(subject().edit, of.prompt, traced) };
      const changed = of.patches.length > 0;
      const [first, second] = phases(plain(work), [1, changed ? 1 : 0]);
      const read = (patches: AppliedPatch[], own: typeof first) =>
        engine.quietly((client) => client.trace({ ...asked, patches, samples }, own));
      const before = await read([], first);
      return { before, after: changed ? await read(of.patches, second) : null };
    },
    async attribute({ prompt, subject: drowned, samples, lens }, work): Promise<AttributionComparison> {
      const { of, targets, space } = on(prompt);
      const against = drowned === null ? {} : subjectOf(subject().edit, of.prompt, drowned);
      const asked = { ...of, ...against, space, samples, ...(lens && { lens: targets }) };
      const changed = of.patches.length > 0;
      const [first, second] = phases(plain(work), [1, changed ? 1 : 0]);
      const read = (patches: AppliedPatch[], own: typeof first) =>
        engine.quietly((client) => client.attribute({ ...asked, patches }, own));
      const before = await read([], first);
      return { before, after: changed ? await read(of.patches, second) : null };
    },
    strength: ({ strength }, work) => readStrength(engine, subject(), strength, plain(work)),
    async generate({ prompt, chat, inContext, maxTokens, sampling }, work) {
      const { of } = on(prompt);
      const context = inContext ? subject().inContext : undefined;
      const params = { ...of, chat, maxTokens, sampling };
      const side = (name: AnswerSide, patches: AppliedPatch[], lead = '') =>
        engine.quietly((client) =>
          client.generate(
            { ...params, prompt: behind(lead, of.prompt), patches },
            { ...plain(work), onEvent: ({ text }) => work.onEvent({ side: name, text }) },
          ),
        );
      const before = await side('before', []);
      return {
        before,
        after: of.patches.length === 0 ? null : await side('after', of.patches),
        inContext: context === undefined ? null : await side('inContext', [], context),
      };
    },
  };
}

/** Where an edit of the subject acts on a prompt; the last token where the prompt is not about it. */
async function editedToken(
  engine: EngineService,
  { model, prompt }: { readonly model: string; readonly prompt: Prompt },
  edit: Edit | undefined,
): Promise<number> {
  const { tokens } = await engine.quietly((client) => client.tokenize({ model, text: prompt }));
  const span = edit && subjectSpan(subjectOf(edit, prompt, edit.subject));
  return span === undefined ? tokens.length - 1 : subjectToken(tokens, wordsOf(prompt), span.end).lookup;
}

/** The occurrence that an edit means is one of its own prompt. */
function subjectOf(edit: Edit | undefined, prompt: Prompt, subject: string): SubjectInPrompt {
  const isOwn = edit !== undefined && wordsOf(edit.prompt) === wordsOf(prompt) && edit.subject === subject;
  return { prompt, subject, ...(isOwn && { occurrence: edit.occurrence }) };
}

const plain = ({ signal, report }: Pick<PageWork<never>, 'signal' | 'report'>) => ({ signal, report });
