import * as z from 'zod';
import { occurrencesOf } from '../text/occurrences.ts';
import { quoted } from '../text/visible.ts';
import { type Conversation, Prompt } from './chat.ts';
import { foreignTo, SomeHyperparameters } from './hyperparameters.ts';
import { defaultMethod, METHODS, type Method } from './methods.ts';
import { ROLES } from './names.ts';
import { wordsOf } from './promptWords.ts';

export { METHODS, type Method } from './methods.ts';
export { PROBE_KINDS } from './names.ts';

/** Edits with their probes, as the engine takes them. As a file they are `src/formats/edits`. */

/** Probes of one kind that one edit may have. */
export const MOST_PROBES = 1000;

/** Text that a tokenizer can take: no control characters besides newline and tab, no half of a UTF-16 pair. */
export const text = z
  .string()
  .refine((value) => value.trim() !== '', 'must not be empty')
  .refine((value) => !/[^\P{Cc}\n\t]/u.test(value), 'must not contain control characters')
  .refine((value) => !/\p{Cs}/u.test(value), 'must be valid Unicode');
/** Text that is matched and shown as one line. */
export const line = text.refine((value) => !/[\n\t]/.test(value.trim()), 'must be one line');

/** Lets a check run as soon as the texts that it compares are there, so that one mistake does not hide another. */
const areTexts =
  (...keys: string[]) =>
  ({ value }: { value: unknown }): boolean =>
    typeof value === 'object' &&
    value !== null &&
    keys.every((key) => typeof Reflect.get(value, key) === 'string');

const Asking = z.object({ prompt: Prompt });
/** Lets a check of the subject run as soon as there are a prompt and a subject. */
const asksAboutSubject = ({ value }: { value: unknown }): boolean =>
  areTexts('subject')({ value }) && Asking.safeParse(value).success;

/** What a conversation needs to be asked. */
export const userAsks = [
  (turns: Conversation) => turns.at(-1)?.role === 'user',
  'must end with a turn of the user, which the assistant answers',
] as const;

/** What a donor needs to be one. */
export const donorOccurs = [
  ({ prompt, subject }: { prompt: Prompt; subject: string }) => wordsOf(prompt).includes(subject),
  {
    path: ['subject'] as PropertyKey[],
    error: 'does not occur in the prompt of the donor',
    when: asksAboutSubject,
  },
] as const;

export const targetsDiffer = [
  (target: { new: string; true?: string | undefined }) => target.new.trim() !== target.true?.trim(),
  {
    path: ['new'] as PropertyKey[],
    error: 'is the same as the true target, so there is nothing to edit',
    when: areTexts('new', 'true'),
  },
] as const;

export const subjectOccurs = [
  (
    { prompt, subject, occurrence = 1 }: { prompt: Prompt; subject: string; occurrence?: number | undefined },
    context: z.RefinementCtx,
  ) => {
    const words = wordsOf(prompt);
    const { length } = occurrencesOf(words, subject);
    if (length === 0) {
      const where = typeof prompt === 'string' ? 'the prompt' : 'the last turn';
      const message = `${quoted(subject)} does not occur in ${where} ${quoted(words)}`;
      context.addIssue({ code: 'custom', path: ['subject'], message });
    } else if (occurrence > length) {
      const message = `must be at most ${length}: the subject does not occur more often in the prompt`;
      context.addIssue({ code: 'custom', path: ['occurrence'], message });
    }
  },
  { when: asksAboutSubject },
] as const;

export function idsDiffer(edits: readonly { id: string | undefined }[], context: z.RefinementCtx): void {
  const first = new Map<string, number>();
  for (const [index, { id }] of edits.entries()) {
    if (id === undefined) continue;
    const earlier = first.get(id);
    const message = `${quoted(id)} is already the id of edits[${earlier}]`;
    if (earlier === undefined) first.set(id, index);
    else context.addIssue({ code: 'custom', path: [index, 'id'], message });
  }
}

interface WithHyperparameters {
  readonly method?: Method | undefined;
  readonly hyperparameters?: SomeHyperparameters | undefined;
}

/** Each hyperparameter is one of the method of its edit; those of the file, of a method of some edit. */
export function hyperparametersBelong(
  file: WithHyperparameters & { readonly edits: readonly WithHyperparameters[] },
  context: z.RefinementCtx,
): void {
  const methodOf = (edit: WithHyperparameters) => edit.method ?? file.method ?? defaultMethod;
  const check = (
    { hyperparameters = {} }: WithHyperparameters,
    methods: readonly Method[],
    at: readonly PropertyKey[],
  ) => {
    for (const name of Object.keys(hyperparameters)) {
      const message = foreignTo(methods, name);
      const path = [...at, 'hyperparameters', name];
      if (message !== undefined) context.addIssue({ code: 'custom', path, message });
    }
  };
  for (const [index, edit] of file.edits.entries()) check(edit, [methodOf(edit)], ['edits', index]);
  const methods = new Set(file.edits.map(methodOf));
  if (methods.size > 0) check(file, [...methods], []);
}

const method = z.enum(METHODS);
const layer = z.int().min(0);

const turn = z.strictObject({ role: z.enum(ROLES), content: text });
const prompt = z.union([text, z.array(turn).refine(...userAsks)]);
const target = line;

const Asked = z.strictObject({ prompt });
const AskedWithTarget = z.strictObject({ prompt, target });
const proposed = z.literal(true).optional();
const Paraphrase = z.strictObject({ prompt, proposed });
const Neighbour = z.strictObject({
  prompt,
  target: target.optional(),
  proposed,
});

const Probes = z.strictObject({
  paraphrase: z.array(Paraphrase).max(MOST_PROBES).optional(),
  neighbourhood: z.array(Neighbour).max(MOST_PROBES).optional(),
  portability: z.array(AskedWithTarget).max(MOST_PROBES).optional(),
  sameSubject: z.array(AskedWithTarget).max(MOST_PROBES).optional(),
  text: z.array(Asked).max(MOST_PROBES).optional(),
});

const prompts = z.array(Asked).max(MOST_PROBES).optional();

const Safety = z.strictObject({
  onlyQuestion: prompts,
  otherAttack: prompts,
  otherQuestion: prompts,
  otherAttackAndQuestion: prompts,
  constraint: z.array(AskedWithTarget).max(MOST_PROBES).optional(),
  harmless: prompts,
});

const Donor = z
  .strictObject({
    prompt,
    subject: line,
  })
  .refine(...donorOccurs);

const Target = z
  .strictObject({
    new: line,
    true: line.optional(),
  })
  .refine(...targetsDiffer);

export const Edit = z
  .strictObject({
    id: z
      .string()
      .max(100)
      .regex(
        /^[a-z0-9]+(?:-[a-z0-9]+)*$/,
        'must be lower-case letters, digits and single hyphens, as in "eiffel-tower"',
      ),
    prompt,
    subject: line,
    target: Target,
    occurrence: z.int().min(1).optional(),
    space: z.boolean().optional(),
    layer: layer.optional(),
    method: method.optional(),
    hyperparameters: SomeHyperparameters.optional(),
    probes: Probes.optional(),
    donor: Donor.optional(),
    safety: Safety.optional(),
  })
  .superRefine(...subjectOccurs);

export const EditsFile = z.strictObject({
  $schema: z.string().optional(),
  model: z
    .strictObject({
      digest: z
        .string()
        .regex(/^sha256:[0-9a-f]{64}$/, 'must be "sha256:" and 64 hexadecimal digits')
        .optional(),
      name: line.optional(),
    })
    .optional(),
  method: method.optional(),
  layer: layer.optional(),
  hyperparameters: SomeHyperparameters.optional(),
  edits: z.array(Edit).superRefine(idsDiffer),
});

export type EditsFile = z.infer<typeof EditsFile>;
export type Edit = z.infer<typeof Edit>;
