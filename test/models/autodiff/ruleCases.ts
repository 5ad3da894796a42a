import { type Graph, i32, type Rope, type Tensor } from '../../../src/engine/llama/graph.ts';
import type { Random } from '../../../src/engine/numeric/random.ts';

export interface Operand {
  readonly ne: readonly number[];
  readonly type?: number;
  /** Fixed values; random normal ones, for which a gradient is wanted, unless given. */
  readonly values?: readonly number[];
  /** Moves random values away from where the function has a kink or a pole. */
  readonly shape?: (x: number) => number;
  readonly constant?: boolean;
}

export interface RuleCase {
  /** ggml's name of the operation, and what is special about the case. */
  readonly op: string;
  readonly says: string;
  readonly operands: readonly Operand[];
  /** Builds the node as llama.cpp would. */
  readonly build: (graph: Graph, operands: readonly Tensor[]) => Tensor;
  /** ggml computes the function in steps (a table in half precision), so only exact formulas can be compared with. */
  readonly staircase?: boolean;
}

const random = (...ne: number[]): Operand => ({ ne });
const fixed = (...ne: number[]): Operand => ({ ne, constant: true });
const rows = (ne: readonly number[], ...values: number[]): Operand => ({
  ne,
  type: i32,
  values,
  constant: true,
});
const away: (x: number) => number = (x) => x + Math.sign(x) * 0.1;
const positive: (x: number) => number = (x) => Math.abs(x) + 0.5;

function one(
  op: string,
  says: string,
  operands: readonly Operand[],
  build: (g: Graph, ...t: Tensor[]) => Tensor,
  staircase = false,
): RuleCase {
  return { op, says, operands, staircase, build: (graph, tensors) => build(graph, ...tensors) };
}

const rope: Rope = {
  dims: 8,
  mode: 0,
  originalContext: 128,
  base: 10_000,
  scale: 1,
  extFactor: 0,
  attnFactor: 1,
  betaFast: 32,
  betaSlow: 1,
};
const turned = (says: string, changed: Partial<Rope>, factors = false): RuleCase =>
  one(
    'ROPE',
    says,
    [random(12, 3, 5), rows([5], 0, 3, 4, 17, 90), ...(factors ? [{ ...fixed(4), shape: positive }] : [])],
    (g, a, positions, f) => g.rope(need(a), need(positions), f, { ...rope, ...changed }),
  );

const unary = (says: string, op: number, operand: Operand = random(7, 5), staircase = false): RuleCase =>
  one('UNARY', says, [operand], (g, a) => g.unary(need(a), op), staircase);

const gated = (says: string, op: number, staircase = false): RuleCase[] => [
  one(
    'GLU',
    `${says}, two tensors`,
    [{ ...random(6, 5), shape: away }, random(6, 5)],
    (g, a, b) => g.gluSplit(need(a), need(b), op),
    staircase,
  ),
  one(
    'GLU',
    `${says}, halves of one`,
    [{ ...random(12, 5), shape: away }],
    (g, a) => g.glu(need(a), op, false),
    staircase,
  ),
  one(
    'GLU',
    `${says}, halves exchanged`,
    [{ ...random(12, 5), shape: away }],
    (g, a) => g.glu(need(a), op, true),
    staircase,
  ),
];

const negativeInfinity = Number.NEGATIVE_INFINITY;
const causal = Array.from({ length: 30 }, (_, i) => (i % 6 > Math.floor(i / 6) ? negativeInfinity : 0));

export const ruleCases: readonly RuleCase[] = [
  one('ADD', 'of one shape', [random(5, 4), random(5, 4)], (g, a, b) => g.add(need(a), need(b))),
  one('ADD', 'of a repeated bias', [random(5, 4, 2), random(5)], (g, a, b) => g.add(need(a), need(b))),
  one('ADD', 'of one operand twice', [random(5, 4)], (g, a) => g.add(need(a), need(a))),
  one(
    'ADD_ID',
    'of biases of experts',
    [random(5, 2, 3), fixed(5, 4), rows([2, 3], 0, 3, 1, 2, 2, 0)],
    (g, a, b, ids) => g.addId(need(a), need(b), need(ids)),
  ),
  one('SUB', 'of a repeated row', [random(5, 4), random(1, 4)], (g, a, b) => g.sub(need(a), need(b))),
  one('MUL', 'by repeated weights', [random(5, 4, 2), random(5)], (g, a, b) => g.mul(need(a), need(b))),
  one('MUL', 'of one operand with itself', [random(5, 4)], (g, a) => g.mul(need(a), need(a))),
  one('DIV', 'by repeated sums', [random(5, 4), { ...random(1, 4), shape: positive }], (g, a, b) =>
    g.div(need(a), need(b)),
  ),
  one('SCALE', 'and shift', [random(5, 4)], (g, a) => g.scale(need(a), -2.5, 0.75)),
  one('SQR', '', [random(5, 4)], (g, a) => g.sqr(need(a))),
  one('SQRT', '', [{ ...random(5, 4), shape: positive }], (g, a) => g.sqrt(need(a))),
  one(
    'CLAMP',
    'on both sides',
    [{ ...random(9, 4), shape: (x) => (Math.abs(Math.abs(x) - 0.8) < 0.05 ? 0.5 : x) }],
    (g, a) => g.clamp(need(a), -0.8, 0.8),
  ),
  one('CLAMP', 'on one side', [{ ...random(9, 4), shape: away }], (g, a) =>
    g.clamp(need(a), 0, Number.POSITIVE_INFINITY),
  ),
  one('SUM_ROWS', '', [random(5, 4, 2)], (g, a) => g.sumRows(need(a))),
  one('REPEAT', 'in two dimensions', [random(3, 1, 2)], (g, a) => g.repeat(need(a), g.tensor(0, 6, 4, 2))),
  ...[0, 1, 2].map((dim) =>
    one('CONCAT', `along dimension ${dim}`, [random(...[5, 4, 3].with(dim, 2)), random(5, 4, 3)], (g, a, b) =>
      g.concat(need(a), need(b), dim),
    ),
  ),

  unary('tanh', 4),
  unary('relu', 6, { ...random(7, 5), shape: away }),
  unary('sigmoid', 7),
  unary('gelu', 8, random(32, 8), true),
  unary('gelu_quick', 9, random(32, 8), true),
  unary('silu', 10),
  unary('exp', 13),
  ...gated('reglu', 0),
  ...gated('geglu', 1, true),
  ...gated('swiglu', 2),
  ...gated('geglu_quick', 5, true),

  one('NORM', '', [random(16, 4)], (g, a) => g.norm(need(a), 1e-5)),
  one('NORM', 'with an epsilon that matters', [random(16, 4)], (g, a) => g.norm(need(a), 0.5)),
  one('RMS_NORM', '', [random(16, 4)], (g, a) => g.rmsNorm(need(a), 1e-6)),
  one('RMS_NORM', 'with an epsilon that matters', [random(16, 4)], (g, a) => g.rmsNorm(need(a), 0.5)),
  one(
    'SOFT_MAX',
    'scaled and causal',
    [random(6, 5, 3), { ne: [6, 5], values: causal, constant: true }],
    (g, a, mask) => g.softMaxExt(need(a), mask, 0.7, 0),
  ),
  one(
    'SOFT_MAX',
    'with sinks',
    [random(6, 5, 3), { ne: [6, 5], values: causal, constant: true }, fixed(3)],
    (g, a, mask, sinks) => {
      const y = g.softMaxExt(need(a), mask, 0.7, 0);
      g.softMaxSinks(y, need(sinks));
      return y;
    },
  ),
  turned('of neighbouring pairs', {}),
  turned('of halves (NeoX)', { mode: 2 }),
  turned('with factors', { mode: 2 }, true),
  turned('with YaRN', { extFactor: 1, scale: 0.25, attnFactor: 1.1 }),

  one('MUL_MAT', 'both operands', [random(7, 5), random(7, 4)], (g, a, b) => g.mulMat(need(a), need(b))),
  one('MUL_MAT', 'with grouped heads', [random(7, 5, 2), random(7, 4, 6)], (g, a, b) =>
    g.mulMat(need(a), need(b)),
  ),
  one('MUL_MAT', 'with streams', [random(7, 5, 2, 2), random(7, 4, 4, 2)], (g, a, b) =>
    g.mulMat(need(a), need(b)),
  ),
  one('MUL_MAT', 'of permuted heads', [random(7, 2, 5), random(7, 6, 4)], (g, a, b) =>
    g.mulMat(g.permute(need(a), [0, 2, 1, 3]), g.permute(need(b), [0, 2, 1, 3])),
  ),
  one(
    'MUL_MAT_ID',
    'one column for all experts',
    [fixed(7, 5, 4), random(7, 1, 3), rows([2, 3], 0, 3, 1, 2, 2, 0)],
    (g, a, b, ids) => g.mulMatId(need(a), need(b), need(ids)),
  ),
  one(
    'MUL_MAT_ID',
    'a column for each expert',
    [fixed(7, 5, 4), random(7, 2, 3), rows([2, 3], 0, 3, 1, 2, 2, 0)],
    (g, a, b, ids) => g.mulMatId(need(a), need(b), need(ids)),
  ),

  one('GET_ROWS', 'some of them twice', [random(5, 6), rows([4], 2, 0, 2, 5)], (g, a, ids) =>
    g.getRows(need(a), need(ids)),
  ),
  one('GET_ROWS', 'of each token its own', [random(1, 4, 3), rows([2, 3], 0, 3, 1, 2, 2, 0)], (g, a, ids) =>
    g.getRows(need(a), need(ids)),
  ),
  one('SET_ROWS', 'into a cache', [fixed(5, 6), random(5, 3), rows([3], 4, 0, 5)], (g, cache, a, ids) =>
    g.setRows(need(cache), need(a), need(ids)),
  ),
  one('ARGSORT', 'which has no gradient', [random(6, 3)], (g, a) => g.argsort(need(a), 1)),

  one('CONT', 'of a permuted tensor', [random(5, 4, 3)], (g, a) => g.cont(g.permute(need(a), [1, 2, 0, 3]))),
  one('CONT', 'into another shape', [random(6, 2, 3)], (g, a) =>
    g.cont(g.permute(need(a), [0, 2, 1, 3]), [18, 2, 1, 1]),
  ),
  one('DUP', '', [random(5, 4)], (g, a) => g.cont(need(a))),
  one('CPY', '', [random(5, 4)], (g, a) => g.cast(need(a), 0)),
  one('RESHAPE', '', [random(6, 4)], (g, a) => g.reshape(need(a), [3, 2, 2, 2])),
  one('PERMUTE', 'of all four dimensions', [random(2, 3, 4, 5)], (g, a) => g.permute(need(a), [2, 0, 3, 1])),
  one('TRANSPOSE', '', [random(5, 4)], (g, a) => g.transpose(need(a))),
  one('VIEW', 'of the middle', [random(8, 6)], (g, a) =>
    g.view(need(a), [3, 4, 1, 1], [4, 32, 128, 128], 2 * 32 + 3 * 4),
  ),
  one('VIEW', 'as heads', [random(24, 5)], (g, a) => g.view(need(a), [4, 2, 5, 1], [4, 16, 96, 480], 8 * 4)),
  one('VIEW', 'across (a transposed cache)', [random(1, 48)], (g, a) =>
    g.view(need(a), [5, 2, 3, 1], [4, 80, 24, 160], 0),
  ),
  one('VIEW', 'of a source with gaps', [random(24, 5)], (g, a) => {
    const heads = g.view(need(a), [4, 2, 5, 1], [4, 16, 96, 480], 8 * 4);
    return g.view(heads, [8, 4, 1, 1], [4, 96, 480, 480], 96);
  }),
];

function need(tensor: Tensor | undefined): Tensor {
  if (tensor === undefined) throw new Error('the case has too few operands');
  return tensor;
}

/** The values of an operand, from a seeded generator unless they are given. */
export function valuesOf(
  { ne, type, values, shape = (x) => x }: Operand,
  random: Random,
): Float32Array | Int32Array {
  const count = ne.reduce((product, n) => product * n, 1);
  if (type === i32) return Int32Array.from(values ?? []);
  return values === undefined ? random.normals(count).map(shape) : Float32Array.from(values);
}
