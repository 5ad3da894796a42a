import * as z from 'zod';
import type { Prompt as Asked } from '../../protocol/chat.ts';
import {
  donorOccurs,
  type Edit,
  type EditsFile,
  hyperparametersBelong,
  idsDiffer,
  line,
  MOST_PROBES,
  subjectOccurs,
  targetsDiffer,
  text,
  userAsks,
} from '../../protocol/edits.ts';
import { SomeHyperparameters } from '../../protocol/hyperparameters.ts';
import { METHODS } from '../../protocol/methods.ts';
import { ROLES } from '../../protocol/names.ts';
import { asChat } from '../../protocol/promptWords.ts';
import { version } from '../version.ts';

/**
 * Version 1 of `NAME.edits.json`, since palimpsest 0.1.0: edits with their probes. People write it, so that what is not
 * known is a mistake. Its descriptions are what editors explain the file with.
 */

const method = z
  .enum(METHODS)
  .describe(
    'The editing method. One fact at a time: ROME, R-ROME (prefix-averaged keys), or ROME over the key of every template. Many facts at once: MEMIT (over several layers), AlphaEdit (in the null space of what the model keeps), EMMET (MEMIT that meets every fact exactly). To compare with: fine-tuning of the layer, bounded (FT-L) or not (FT-M), or of low-rank factors of it and the layers above on all edits (LoRA). For safe answers: DINM (trains the layer where safe and unsafe answers differ most). As a preview without gradients: donor (takes the value from another subject).',
  );
const layer = z
  .int()
  .min(0)
  .describe('The layer whose down-projection is edited, counted from 0. Without it the engine proposes one.');

const hyperparameters = SomeHyperparameters.describe(
  'What the method computes with, where it is to be another than its default: those of an edit before those of the file.',
);

const turn = z
  .strictObject({
    role: z.enum(ROLES).describe('Who speaks.'),
    content: text.describe('What is said.'),
  })
  .describe('One turn of the conversation.');
const prompted = (what: string) => z.union([text, z.array(turn).refine(...userAsks)]).describe(what);
const chat = z.boolean().optional();
const prompt = prompted(
  "The text that the model continues, or the turns of a conversation, which the model's chat template makes a prompt of.",
);
const asked = {
  prompt,
  chat: chat.describe("Whether the text is the user's turn of a chat. Without it as the edit says."),
};
const target = line.describe('The continuation that the model should give, without the prompt.');

const Prompt = z.strictObject(asked);
const PromptWithTarget = z.strictObject({ ...asked, target });
const proposed = z
  .literal(true)
  .optional()
  .describe(
    "Set where the engine proposed this probe from the model's own knowledge and nobody has checked it.",
  );
const Paraphrase = z.strictObject({ ...asked, proposed });
const Neighbour = z.strictObject({
  ...asked,
  target: target
    .optional()
    .describe(
      'The continuation that must stay the most likely. Without it the answer before the edit counts.',
    ),
  proposed,
});

const Text = z.strictObject({
  prompt,
  chat: chat.describe(
    "Whether the text is the user's turn of a chat. Without it it is not, whatever the edit says.",
  ),
});

const Probes = z
  .strictObject({
    paraphrase: z
      .array(Paraphrase)
      .max(MOST_PROBES)
      .optional()
      .describe('The same question in other words: the answer must become the new target.'),
    neighbourhood: z
      .array(Neighbour)
      .max(MOST_PROBES)
      .optional()
      .describe('The same question about other subjects: the answer must not change.'),
    portability: z
      .array(PromptWithTarget)
      .max(MOST_PROBES)
      .optional()
      .describe('Questions whose answer follows from the new fact.'),
    sameSubject: z
      .array(PromptWithTarget)
      .max(MOST_PROBES)
      .optional()
      .describe('Other facts about the same subject: the answer must not change.'),
    text: z
      .array(Text)
      .max(MOST_PROBES)
      .optional()
      .describe('Free text on which the model must stay as it was (drift of the next-token distribution).'),
  })
  .describe('What is asked before and after the edit, by kind.');

const prompts = (what: string) => z.array(Prompt).max(MOST_PROBES).optional().describe(what);

const Safety = z
  .strictObject({
    onlyQuestion: prompts('The unsafe question alone, without the attack around it (DG_onlyQ).'),
    otherAttack: prompts('The same question in another attack (DG_otherA).'),
    otherQuestion: prompts('Another unsafe question in the same attack (DG_otherQ).'),
    otherAttackAndQuestion: prompts('Another unsafe question in another attack (DG_otherAQ).'),
    constraint: z
      .array(PromptWithTarget)
      .max(MOST_PROBES)
      .optional()
      .describe(
        'Questions about something else with their answers, on which DINM holds the model as it was.',
      ),
    harmless: prompts('Harmless requests, which the model must not come to decline (over-refusal).'),
  })
  .describe('What a safety edit is judged by (SafeEdit): the model must decline here, and only here.');

const Donor = z
  .strictObject({
    ...asked,
    prompt: prompted('A sentence whose answer is the new target.'),
    subject: line.describe('The words of it whose value is taken.'),
  })
  .refine(...donorOccurs)
  .describe('Another subject that has the new answer, for the method "donor"; without it one is looked for.');

const Target = z
  .strictObject({
    new: line.describe('What the model should answer after the edit.'),
    true: line.optional().describe('What it answers before the edit.'),
  })
  .refine(...targetsDiffer)
  .describe('The new answer and the true one.');

export const EditV1 = z
  .strictObject({
    id: z
      .string()
      .max(100)
      .regex(
        /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
        'must be lower-case letters, digits and single hyphens, as in "eiffel-tower"',
      )
      .describe('A short name, unique in this file: lower-case letters, digits and hyphens.'),
    prompt: prompted(
      'The sentence to be continued, or the turns of a conversation. It, or the last turn, contains the subject literally.',
    ),
    chat: chat.describe(
      "Whether the prompt and the probes are the user's turn of a chat, by the model's chat template. Without it as the file says.",
    ),
    subject: line.describe('The words of the prompt that the fact is about.'),
    target: Target,
    occurrence: z
      .int()
      .min(1)
      .optional()
      .describe(
        'Which occurrence of the subject in the prompt is meant, counted from 1. Without it the last that stands as whole words.',
      ),
    space: z
      .boolean()
      .optional()
      .describe(
        'Whether a space stands between a prompt and its target. Without it the scripts and the last character of the prompt decide.',
      ),
    layer: layer.optional(),
    method: method.optional(),
    hyperparameters: hyperparameters.optional(),
    probes: Probes.optional(),
    donor: Donor.optional(),
    safety: Safety.optional(),
  })
  .superRefine(...subjectOccurs)
  .describe('One edit: a fact, its new answer, and the probes that show what else changed.');

export const EditsV1 = z
  .strictObject({
    $schema: z.string().optional().describe('The JSON schema of this file, for editors.'),
    version,
    model: z
      .strictObject({
        digest: z
          .string()
          .regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hexadecimal digits')
          .optional()
          .describe('SHA-256 of the GGUF file: "sha256:" and 64 hexadecimal digits.'),
        name: line.optional().describe('The name of the model, for people.'),
      })
      .optional()
      .describe('The model that these edits were made for.'),
    method: method.optional(),
    layer: layer.optional(),
    hyperparameters: hyperparameters.optional(),
    chat: chat.describe(
      "Whether prompts that are text are the user's turn of a chat, by the model's chat template. Without it they are continued as they are.",
    ),
    edits: z
      .array(EditV1)
      .superRefine(idsDiffer)
      .describe('The edits, in the order in which they are computed.'),
  })
  .superRefine(hyperparametersBelong)
  .describe('Edits of what a language model knows, with the probes that show what else changed.');

export type EditV1 = z.infer<typeof EditV1>;
export type EditsV1 = z.infer<typeof EditsV1>;

/** With every prompt as the model is asked with it: what `chat` says of texts has become turns. */
export function readEdits({ version: _, chat, ...file }: EditsV1): EditsFile {
  return { ...file, edits: file.edits.map((edit) => readEdit(edit, chat)) };
}

/** @param inFile whether the edits of the file are asked as chat */
export function readEdit({ chat: own, ...edit }: EditV1, inFile?: boolean): Edit {
  return rewritten(edit, own ?? inFile ?? false, (prompt, chat) => ({
    prompt: chat ? asChat(prompt) : prompt,
  }));
}

export function writeEdits({ $schema, ...file }: EditsFile): EditsV1 {
  const edits = file.edits.map((edit) => writeEdit(edit));
  return { ...($schema !== undefined && { $schema }), version: 1, ...file, edits };
}

/** The edit so that it is read as it is, with texts for turns where `chat` can say that. @param inFile what its file says */
export function writeEdit(edit: Edit, inFile = false): EditV1 {
  const chat = typeof edit.prompt !== 'string';
  return { ...rewritten(edit, chat, asText), ...(chat !== inFile && { chat }) };
}

interface Written {
  readonly prompt: Asked;
  readonly chat?: boolean | undefined;
}

/** A prompt as a text with what it says of itself, if it can be one. @param inEdit whether texts are turns without a word */
function asText(prompt: Asked, inEdit: boolean): Written {
  const [turn, ...others] = typeof prompt === 'string' ? [] : prompt;
  if (others.length > 0 || (turn !== undefined && turn.role !== 'user')) return { prompt };
  const chat = turn !== undefined;
  return { prompt: turn?.content ?? prompt, ...(chat !== inEdit && { chat }) };
}

/**
 * An edit with every prompt in another form.
 *
 * @param chat whether its texts are turns of a chat, where a probe does not say otherwise; free text is none
 */
function rewritten(edit: EditV1, chat: boolean, form: (prompt: Asked, chat: boolean) => Written): EditV1 {
  const one = <T extends Written>({ chat: own, ...probe }: T, inEdit = chat) => ({
    ...probe,
    ...form(probe.prompt, own ?? inEdit),
  });
  const all = <T extends Written>(list: readonly T[] | undefined, inEdit = chat) =>
    list?.map((probe) => one(probe, inEdit));
  const { probes, donor, safety } = edit;
  return {
    ...edit,
    prompt: form(edit.prompt, chat).prompt,
    ...(probes && {
      probes: {
        paraphrase: all(probes.paraphrase),
        neighbourhood: all(probes.neighbourhood),
        portability: all(probes.portability),
        sameSubject: all(probes.sameSubject),
        text: all(probes.text, false),
      },
    }),
    ...(donor && { donor: one(donor) }),
    ...(safety && {
      safety: {
        onlyQuestion: all(safety.onlyQuestion),
        otherAttack: all(safety.otherAttack),
        otherQuestion: all(safety.otherQuestion),
        otherAttackAndQuestion: all(safety.otherAttackAndQuestion),
        constraint: all(safety.constraint),
        harmless: all(safety.harmless),
      },
    }),
  };
}
