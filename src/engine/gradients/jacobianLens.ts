import type { JacobianLens } from '../../protocol/gradientAttribution.ts';
import { ownTexts } from '../editing/keys/ownTexts.ts';
import type { EditSession } from '../editing/session/session.ts';
import { InputError } from '../errors.ts';
import type { Applied } from '../llama/context.ts';
import { at } from '../numeric/at.ts';
import { dotAt } from '../numeric/dotAt.ts';
import { norm } from '../numeric/vector.ts';
import { parted, phases, type Work } from '../work/progress.ts';
import { passLimit } from './fullPass.ts';
import { StateGradients, type States } from './stateGradients.ts';

const texts = 16;
const length = 96;
/** Texts of one pass: attention is over all of them. */
const together = 2;
/** First tokens of a text that are left out: attention rests on them, and their states are like no others. */
const skipped = 16;

/** By layer: sums over the states of ordinary text. Shape [layers][width]. */
type Sums = Float64Array[];

/**
 * The Jacobian lens (Gurnee et al. 2026, transformer-circuits.pub/2026/workspace; anthropics/jacobian-lens): J_l is how
 * what the unembedding reads moves with the stream after layer l, summed over the tokens from a state's own on and
 * averaged over the states of ordinary text. For the unembedding's row w of a token, J_lᵀw is the direction that makes
 * the model disposed to say it, then or later. One pass backward gives it for all layers; no J_l is written down.
 *
 * The published lens applies the final norm behind J_l; here it is part of J_l, as the texts have it. Texts are the
 * model's own, since a model need not know English prose.
 *
 * @param residual the states of a prompt that are read, by layer
 * @param tokens what the lens is read for
 */
export async function jacobianLens(
  session: EditSession,
  residual: readonly States[],
  tokens: readonly number[],
  adapters: readonly Applied[],
  work: Work = {},
): Promise<JacobianLens> {
  const { tokenizer } = session.model;
  const [sampling, reading] = phases(work, [1, 3]);
  const room = Math.min(length, passLimit(session.model));
  const sampled = await ownTexts(session, { texts, length: room - 1 }, sampling);
  const read = sampled.filter((text) => text.length > skipped);
  const positions = read.reduce((sum, text) => sum + text.length - skipped, 0);
  if (positions === 0) throw new InputError('The model samples no text of its own that is long enough.');
  const width = session.model.embedding;
  const zeros = (): Sums => residual.map(() => new Float64Array(width));
  const means = zeros();
  const directions = tokens.map(zeros);
  const some = Math.max(1, Math.min(together, Math.floor(passLimit(session.model) / room)));
  for (let first = 0; first < read.length; first += some) {
    const own = parted(reading, first, read.length, 'reading texts of its own');
    const sequences = read.slice(first, first + some);
    using pass = await StateGradients.of(session, { sequences, adapters }, own);
    for (const [index, token] of tokens.entries()) {
      const { states } = await pass.evaluate({ token, as: 'logit', after: 'all' }, own);
      for (const [layer, { values, gradient }] of states.residual.entries()) {
        if (index === 0) addStates(at(means, layer), values, sequences);
        addStates(at(at(directions, index), layer), gradient, sequences);
      }
    }
  }
  const mean = (sums: Sums) => sums.map((sum) => sum.map((x) => x / positions));
  const usual = mean(means);
  return {
    texts: read.length,
    positions,
    vectors: tokens.map((id, index) => ({
      id,
      token: tokenizer.piece(id),
      ...readStates(residual, mean(at(directions, index)), usual),
    })),
  };
}

/** Adds the rows of all tokens that count, of texts that stand one behind the other. */
function addStates(sum: Float64Array, rows: Float32Array, sequences: readonly (readonly number[])[]): void {
  const width = sum.length;
  let start = 0;
  for (const { length } of sequences) {
    for (let row = start + skipped; row < start + length; row++) {
      for (let i = 0; i < width; i++) sum[i] = (sum[i] as number) + (rows[row * width + i] as number);
    }
    start += length;
  }
}

/** (J_lᵀw)·(h − h̄) of every state. */
function readStates(residual: readonly States[], directions: Sums, usual: Sums) {
  return {
    norm: directions.map(norm),
    raised: directions.map((direction, layer) => {
      const { length: width } = direction;
      const values = Float64Array.from(at(residual, layer).values);
      const ordinary = dotAt(direction, 0, at(usual, layer), 0, width);
      return Array.from(
        { length: values.length / width },
        (_, token) => dotAt(direction, 0, values, token * width, width) - ordinary,
      );
    }),
  };
}
