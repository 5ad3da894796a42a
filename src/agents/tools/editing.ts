import * as z from 'zod';
import { parseEdits, readEditsText } from '../../engine/editing/editsFile/editsFile.ts';
import { InputError } from '../../engine/errors.ts';
import type { Measured, MeasuredEdit } from '../../protocol/editing.ts';
import { EditsFile, METHODS } from '../../protocol/edits.ts';
import { outcomeOf } from '../../protocol/outcome.ts';
import { asChat } from '../../protocol/promptWords.ts';
import { bytes, magnitude, plural, share } from '../../text/numbers.ts';
import { quoted, visible } from '../../text/visible.ts';
import { changeOf, joined, listed } from '../lines.ts';
import { fileIn, newFile, patchesIn, type Surroundings, tool } from '../tool.ts';
import { model, patch } from './reading.ts';

/** Tools that make edits, and measure them. */

const asked = {
  edits: z
    .string()
    .min(1)
    .optional()
    .describe('Path of an edits file (NAME.edits.json), instead of one fact.'),
  only: z
    .array(z.string().min(1))
    .optional()
    .describe('Ids of the edits of the file that are meant; all without it.'),
  prompt: z
    .string()
    .min(1)
    .optional()
    .describe('One fact: text that the model continues, in which the subject stands, without the answer.'),
  subject: z.string().min(1).optional().describe('One fact: the words of the prompt that it is about.'),
  target: z.string().min(1).optional().describe('One fact: what the model is to answer.'),
  answer: z.string().min(1).optional().describe('One fact: what it answers now.'),
  chat: z.boolean().optional().describe("Prompts are the user's turn of the model's own chat template."),
};
const Asked = z.strictObject(asked);

/** The edits that are meant. @throws InputError for what is wrong with them */
async function editsOf(
  { edits, prompt, subject, target, answer, chat }: z.infer<typeof Asked>,
  around: Surroundings,
): Promise<EditsFile> {
  if (edits !== undefined) {
    const file = fileIn(around, edits);
    return parseEdits(await readEditsText(file), edits, chat);
  }
  if (prompt === undefined || subject === undefined || target === undefined) {
    throw new InputError('Give edits, the path of an edits file, or one fact as prompt, subject and target.');
  }
  const fact = {
    id: 'fact',
    prompt: chat ? asChat(prompt) : prompt,
    subject,
    target: { new: target, true: answer },
  };
  const { data, error } = EditsFile.safeParse({ edits: [fact] });
  if (data === undefined)
    throw new InputError(`The fact cannot be edited: ${error.issues[0]?.message ?? ''}.`);
  return data;
}

export const measure = tool({
  name: 'measure',
  title: 'Measure what a patch changes',
  description:
    'What a patch does to the probes of an edits file: whether each edit works (also rephrased, generated and as chat), what else changed, how far the model drifts. Without a patch, the model as it is.',
  input: z.strictObject({
    model,
    edits: z.string().min(1).describe('Path of an edits file (NAME.edits.json), with its probes.'),
    only: asked.only,
    chat: asked.chat,
    patch: patch.optional(),
  }),
  writes: false,
  async run({ model: file, edits, only, chat, patch: on }, around, work) {
    const params = { model: fileIn(around, file), edits: await editsOf({ edits, chat }, around), only };
    return measuredText(await around.engine.measure({ ...params, patches: patchesIn(around, on) }, work));
  },
});

export const edit = tool({
  name: 'edit',
  title: 'Edit facts and write a patch',
  description:
    'Computes an edit of one fact, or the edits of a file, writes them as a patch, and tells whether they work and what else changed. The model is never written; the patch is a new file.',
  input: z.strictObject({
    model,
    ...asked,
    method: z.enum(METHODS).optional().describe('The default serves where nothing else is wanted.'),
    layer: z.int().min(0).optional().describe('The layer to edit; proposed without it.'),
    out: z.string().min(1).describe('Path of the patch to write, NAME.patch.gguf; nothing may be there.'),
  }),
  writes: true,
  async run({ model: file, only, method, layer, out, ...fact }, around, work) {
    const target = await newFile(around, out);
    const edits = await editsOf(fact, around);
    const params = { model: fileIn(around, file), edits, only, method, layer, out: target, measure: true };
    const { patches, edits: made, measured } = await around.engine.edit(params, work);
    const written = patches.map(({ bytes: size }) => `Written: ${visible(out)} (${bytes(size)})`);
    const how = made.map(
      ({ id, method: by, layer: at, relativeUpdateNorm: norm }) =>
        `${visible(id)}: ${by}, layer ${at}, changes the weight by ${magnitude(norm)} of its norm`,
    );
    return joined(written, listed(how, 10, 'edit'), measured === null ? null : measuredText(measured));
  },
});

export const bake = tool({
  name: 'bake',
  title: 'Write a checkpoint with a patch in it',
  description:
    'Writes a full copy of the model with a patch in its weights, as large as the model. The model itself is never written; the checkpoint is a new file.',
  input: z.strictObject({
    model,
    patch: patch.describe('Path of the patch.'),
    out: z.string().min(1).describe('Path of the checkpoint to write, NAME.gguf; nothing may be there.'),
  }),
  writes: true,
  async run({ model: file, patch: on, out }, around, work) {
    const target = await newFile(around, out);
    const params = { model: fileIn(around, file), patches: patchesIn(around, on), out: target };
    const { bytes: size, digest, tensors } = await around.engine.bake(params, work);
    return joined(
      `Written: ${visible(out)} (${bytes(size)}), ${digest}`,
      listed(
        tensors.map(
          ({ name, change, loss }) =>
            `${visible(name)} changed by ${change === null ? '?' : magnitude(change)} of its norm, of which rounding lost ${magnitude(loss)}`,
        ),
        5,
        'tensor',
      ),
    );
  },
});

/** Whether each edit works, then what else changed. */
function measuredText({ state, edits, summary }: Measured): string {
  const changed = edits.flatMap(({ probes }) =>
    probes.filter(
      ({ probe, changed: moved }) => moved && probe.kind !== 'efficacy' && probe.kind !== 'paraphrase',
    ),
  );
  const others = edits.flatMap(({ probes }) =>
    probes.filter(({ probe }) => probe.kind !== 'efficacy' && probe.kind !== 'paraphrase'),
  );
  const { drift } = summary;
  return joined(
    listed(
      edits.map((edit) => editText(edit, state)),
      10,
      'edit',
    ),
    state === 'unedited'
      ? null
      : `Of ${plural(others.length, 'probe')} about something else ${changed.length} changed${others.length === 0 ? '; the edits have none to look at' : ''}.`,
    state === 'unedited' ? null : listed(changed.map(changeOf), 10, 'changed probe'),
    drift === null ? null : `Drift on control text: KL ${magnitude(drift.meanKl)} nats.`,
  );
}

function editText(measured: MeasuredEdit, state: Measured['state']): string {
  const { id, es, ps, ns, generated, generationMatch, asChat: chat, asText: text } = measured;
  const says = (answer: typeof generated, matches: boolean) =>
    `${quoted(answer.after)}${matches ? '' : ' (without the target)'}`;
  const outcome = state === 'unedited' ? '' : `${JSON.stringify(outcomeOf(measured).sentence)} `;
  const ways = [
    chat === null ? [] : [`as chat it says ${says(chat.generated, chat.generationMatch)}`],
    text === null ? [] : [`as text it says ${says(text.generated, text.generationMatch)}`],
  ].flat();
  return [
    `${visible(id)}: ${outcome}ES ${share(es)}, PS ${share(ps)}, NS ${share(ns)}; it says ${says(generated, generationMatch)}`,
    ...ways,
  ].join('; ');
}
