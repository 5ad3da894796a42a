import { at } from '../../numeric/at.ts';
import { input, type Rule } from './rule.ts';

/** y = rows of a; the gradient adds up what each row received. Outer dimensions have distinct rows (routing). */
export const getRows: Rule = {
  forward: (g, inputs) => g.getRows(input(inputs, 0), input(inputs, 1)),
  backward(g, { inputs, gradient }) {
    const [a, rows] = [input(inputs, 0), input(inputs, 1)];
    const matrix = a.ne[2] === 1 && a.ne[3] === 1 && rows.ne[1] === 1;
    return [matrix ? g.getRowsBack(gradient, rows, a) : g.setRows(g.fill(a, 0), gradient, rows)];
  },
};

/**
 * y = target with the rows `index` replaced by source (llama.cpp writes its KV cache so). Sources in llama.cpp's
 * order: source, index, target. The source's gradient is those rows of g; the cache itself is a constant.
 */
export const setRows: Rule = {
  forward: (g, inputs) => g.setRows(input(inputs, 2), input(inputs, 0), input(inputs, 1)),
  backward: (g, { inputs, gradient, rows }) => [g.reshape(g.getRows(gradient, rows(1)), input(inputs, 0).ne)],
};

/** The order of the values (routing of a mixture of experts): piecewise constant, so no gradient. */
export const argsort: Rule = {
  forward: (g, inputs, { struct }) => g.argsort(input(inputs, 0), at(struct.opParams, 0)),
  backward: () => [],
};
