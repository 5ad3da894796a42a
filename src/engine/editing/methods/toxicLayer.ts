import type { Prompt } from '../../../protocol/chat.ts';
import { EngineError } from '../../errors.ts';
import { mapResidualStream } from '../../inspection/residualMap.ts';
import { promptTokens, targetTokens } from '../../inspection/targetTokens.ts';
import { TokenBatch } from '../../llama/batch.ts';
import type { NodeVisitor } from '../../llama/nodeTap.ts';
import { at } from '../../numeric/at.ts';
import { mean } from '../../numeric/mean.ts';
import { norm } from '../../numeric/vector.ts';
import type { Work } from '../../work/progress.ts';
import type { Hyperparameters } from '../hyperparameters/hyperparameters.ts';
import type { LayerChoice } from '../hyperparameters/modelDefaults.ts';
import { editableLayers } from '../session/editableLayers.ts';
import type { EditSession } from '../session/session.ts';

/** A prompt with the answer that is wanted and the one that is not. */
export interface Answers {
  readonly prompt: Prompt;
  readonly safe: string;
  readonly unsafe: string;
  /** Whether a space stands between them; where it is not said, their scripts decide. */
  readonly space?: boolean | undefined;
}

/**
 * The layer that DINM edits: argmax over the layers of ‖h_safe − h_unsafe‖, the residual stream after the layer, at the
 * last token of the prompt with each answer (2403.14472, equation 3), or of its share of ‖h_safe‖; of several records
 * the mean. Of the layers only those that can be edited. The reason says what either rule finds.
 */
export async function toxicLayer(
  session: EditSession,
  records: readonly Answers[],
  rule: Hyperparameters['dinmLayer'],
  work: Work = {},
): Promise<LayerChoice> {
  const { model } = session;
  const found: { distance: number; share: number }[][] = [];
  for (const { prompt, safe, unsafe, space } of records) {
    const start = promptTokens(model, prompt);
    const read = (answer: string) =>
      lastStates(session, [...start, ...targetTokens(model, prompt, answer, space)], work);
    const [wanted, other] = [await read(safe), await read(unsafe)];
    found.push(
      wanted.map((state, layer) => {
        const distance = norm(state.map((x, i) => x - (other[layer]?.[i] ?? Number.NaN)));
        return { distance, share: distance / norm(state) };
      }),
    );
  }
  const over = (kind: 'distance' | 'share') =>
    (found[0] ?? []).map((_, layer) => mean(found.map((one) => one[layer]?.[kind] ?? Number.NaN)));
  const [distances, shares] = [over('distance'), over('share')];
  const layers = editableLayers(session.files).flatMap(({ layer, editable }) => (editable ? [layer] : []));
  const largest = (values: readonly number[]) =>
    layers.reduce((best, next) => (at(values, next) > at(values, best) ? next : best));
  const toxic = { published: largest(distances), relative: largest(shares) };
  const layer = toxic[rule];
  const told = `by ${at(distances, toxic.published).toFixed(1)} in layer ${toxic.published}, as published; as a share of the stream in layer ${toxic.relative}, by ${at(shares, toxic.relative).toFixed(2)}`;
  return { layer, reason: `safe and unsafe answer differ most ${told}` };
}

/** The residual stream after each layer at the last token. Shape [layers][embedding]. */
async function lastStates(
  session: EditSession,
  tokens: readonly number[],
  { signal }: Work,
): Promise<Float64Array[]> {
  const context = session.context(tokens.length);
  const { layers } = await mapResidualStream(context);
  const names = new Map(layers.map(({ residual }) => [residual.index, residual.name]));
  const states = new Map<number, Float64Array>();
  const visitor: NodeVisitor = {
    wants: ({ index, name }) => names.get(index) === name,
    visit(node) {
      const [width, rows] = node.struct.ne;
      states.set(node.index, Float64Array.from(node.read(width * (rows - 1), width)));
      return true;
    },
  };
  context.clear();
  const batch = new TokenBatch(TokenBatch.sequence(tokens));
  await context.tap?.during(visitor, () => context.decode(batch, signal));
  return layers.map(({ residual: { index, name } }) => {
    const state = states.get(index);
    if (state === undefined) throw new EngineError(`llama.cpp did not compute ${name}.`);
    return state;
  });
}
