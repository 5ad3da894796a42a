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
