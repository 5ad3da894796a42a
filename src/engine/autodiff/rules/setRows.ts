import { input, type Rule } from './rule.ts';

/**
 * y = target with the rows `index` replaced by source (llama.cpp writes its KV cache so). Sources in llama.cpp's
 * order: source, index, target. The source's gradient is those rows of g; the cache itself is a constant.
 */
export const setRows: Rule = {
  forward: (g, inputs) => g.setRows(input(inputs, 2), input(inputs, 0), input(inputs, 1)),
  backward: (g, { inputs, gradient, rows }) => [g.reshape(g.getRows(gradient, rows(1)), input(inputs, 0).ne)],
};
