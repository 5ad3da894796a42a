import * as z from 'zod';
import { STREAMS } from '../../protocol/streams.ts';
import { bytes, magnitude, plural, share } from '../../text/numbers.ts';
import { quoted, visible } from '../../text/visible.ts';
import { joined, likeliest, listed } from '../lines.ts';
import { fileIn, patchesIn, tool } from '../tool.ts';

/** Tools that read a model or a patch. */

export const model = z.string().min(1).describe('Path of a GGUF model.');
export const patch = z
  .string()
  .min(1)
  .describe('Path of a patch (a GGUF LoRA adapter), which is on for this call.');
const prompt = z.string().min(1).describe('Text that the model continues.');
const chat = z
  .boolean()
  .optional()
  .describe("Ask as chat: the prompt is the user's turn of the model's own chat template.");

export const info = tool({
  name: 'info',
  title: 'Describe a GGUF model',
  description:
    'Architecture, size, number formats, context and digest of a GGUF model, and which of its layers can be edited. Reads the header, and the file once for its digest; the model is not loaded.',
  input: z.strictObject({ model }),
  writes: false,
  async run({ model: file }, around, work) {
    const { engine } = around;
    const path = fileIn(around, file);
    const found = await engine.info({ model: path, digest: true }, work);
    const { layers, proposed } = await engine.targets({ model: path }, work);
    const editable = layers.filter((layer) => layer.editable).map(({ layer }) => layer);
    const [why] = layers.flatMap(({ reason }) => reason ?? []);
    return joined(
      `${visible(file)}: ${found.architecture}${found.name === null ? '' : `, named ${quoted(found.name)}`}`,
      `${(found.parameters / 1e6).toFixed(1)} million parameters, ${bytes(found.bytes)}, ${found.quantisation.map(({ type }) => type).join(', ')}`,
      `${found.layers} layers, ${found.embedding ?? '?'} wide, context ${found.contextLength ?? '?'}, ${found.chatTemplate === null ? 'no chat template' : 'a chat template'}`,
      `digest ${found.digest ?? 'unknown'}`,
      found.problem === null ? null : `It cannot be loaded: ${visible(found.problem)}`,
      editable.length === 0
        ? `No layer can be edited: ${visible(why ?? 'unknown')}`
        : `${plural(editable.length, 'layer')} can be edited; proposed is ${proposed === null ? 'none' : `${proposed.layer} (${proposed.reason})`}`,
    );
  },
});

export const targets = tool({
  name: 'targets',
  title: 'List the layers that can be edited',
  description: 'Which layers of a GGUF model can be edited, which cannot and why, and which one is proposed.',
  input: z.strictObject({ model }),
  writes: false,
  async run({ model: file }, around, work) {
    const { layers, proposed } = await around.engine.targets({ model: fileIn(around, file) }, work);
    const editable = layers.filter((layer) => layer.editable).map(({ layer }) => layer);
    const others = layers.filter((layer) => !layer.editable);
    return joined(
      `Editable: ${editable.join(', ') || 'none'}`,
      proposed === null ? null : `Proposed: ${proposed.layer} (${proposed.reason})`,
      listed(
        others.map(({ layer, reason }) => `Not editable: ${layer}: ${visible(reason ?? '')}`),
        5,
        'layer',
      ),
    );
  },
});

export const readPatch = tool({
  name: 'patch',
  title: 'Show what a patch holds',
  description:
    'Which facts a patch edits, in which model, by which method, how large the change is, and what was measured of it.',
  input: z.strictObject({ patch: z.string().min(1).describe('Path of a patch file.') }),
  writes: false,
  async run({ patch: file }, around) {
    const { tensors, description, warnings } = await around.engine.patchInfo({ path: fileIn(around, file) });
    const changes = tensors.map(({ target, rank }) => `${visible(target)} (rank ${rank})`);
    const edits = (description?.edits ?? []).map(
      ({ id, prompt: asked, target, method, layer, relativeUpdateNorm: norm }) =>
        `${visible(id)}: ${quoted(typeof asked === 'string' ? asked : (asked.at(-1)?.content ?? ''))} -> ${quoted(target.new)}${target.true === undefined ? '' : ` instead of ${quoted(target.true)}`}, ${visible(method)}, layer ${layer}${norm === undefined ? '' : `, changes the weight by ${magnitude(norm)} of its norm`}`,
    );
    const measured = (description?.measures?.edits ?? []).map(
      ({ id, es, ps, ns }) => `${visible(id)}: ES ${share(es)}, PS ${share(ps)}, NS ${share(ns)}`,
    );
    return joined(
      `Changes ${listed(changes, 5, 'tensor').join(', ')}`,
      description === null
        ? 'Made by another program: it says nothing of its edits.'
        : `Made by ${visible(description.tool)} for ${quoted(description.base.name)}, ${description.base.digest}`,
      listed(edits, 10, 'edit'),
      measured.length === 0 ? null : `Measured when it was made: ${listed(measured, 10, 'edit').join('; ')}`,
      warnings.map(visible),
    );
  },
});

export const probe = tool({
  name: 'probe',
  title: 'Ask a model for the next token',
  description:
    'The likeliest next tokens after a prompt; with a patch, before and after it, and how far it moves the distribution.',
  input: z.strictObject({ model, prompt, chat, patch: patch.optional() }),
  writes: false,
  async run({ model: file, prompt: text, chat: asChat, patch: on }, around, work) {
    const params = { model: fileIn(around, file), prompt: text, chat: asChat, top: 5 };
    const { before, after, kl } = await around.engine.probe(
      { ...params, patches: patchesIn(around, on) },
      work,
    );
    if (on === undefined) return `Next: ${likeliest(before)}`;
    return joined(`Before: ${likeliest(before)}`, `After: ${likeliest(after)}`, `KL ${magnitude(kl)} nats`);
  },
});

export const generate = tool({
  name: 'generate',
  title: 'Let a model continue a prompt',
  description: 'What a model writes greedily after a prompt, as text or as chat, with or without a patch.',
  input: z.strictObject({
    model,
    prompt,
    chat,
    patch: patch.optional(),
    maxTokens: z.int().min(1).max(200).optional().describe('50 without it.'),
  }),
  writes: false,
  async run({ model: file, prompt: text, chat: asChat, patch: on, maxTokens = 50 }, around, work) {
    const params = { model: fileIn(around, file), prompt: text, chat: asChat, maxTokens };
    const { text: answer, ended } = await around.engine.generate(
      { ...params, patches: patchesIn(around, on) },
      work,
    );
    return joined(`"${visible(answer)}"`, ended ? null : `(cut off after ${maxTokens} tokens)`);
  },
});

export const trace = tool({
  name: 'trace',
  title: 'Trace where a fact is read',
  description:
    'Causal tracing: which layer, restored at the subject or the end of the prompt, brings the answer back that noise on the subject destroys. It hardly predicts the best layer to edit.',
  input: z.strictObject({
    model,
    prompt,
    subject: z.string().min(1).describe('The words of the prompt that are corrupted.'),
    chat,
    patch: patch.optional(),
  }),
  writes: false,
  async run({ model: file, prompt: text, subject, chat: asChat, patch: on }, around, work) {
    const params = { model: fileIn(around, file), prompt: text, subject, chat: asChat };
    const found = await around.engine.trace({ ...params, patches: patchesIn(around, on) }, work);
    const strongest = STREAMS.map((stream) => {
      const effects = found.indirect[stream].flatMap((row, layer) =>
        row.map((effect, token) => ({ layer, token, effect })),
      );
      const best = effects.reduce((most, one) => (one.effect > most.effect ? one : most), {
        layer: 0,
        token: 0,
        effect: Number.NEGATIVE_INFINITY,
      });
      return `${stream}: layer ${best.layer} at ${quoted(found.tokens[best.token]?.text ?? '')}, ${best.effect.toFixed(3)}`;
    });
    return joined(
      `Answer ${quoted(found.answer.token)}: ${found.clean.toFixed(3)} clean, ${found.corrupted.toFixed(3)} with the subject corrupted (mean of ${found.samples})`,
      'Restored most by:',
      strongest,
    );
  },
});
