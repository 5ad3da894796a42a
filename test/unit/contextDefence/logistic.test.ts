import { describe, expect, it } from 'vitest';
import { fitLogistic, logistic } from '../../../src/engine/contextDefence/logistic.ts';

describe('the logistic regression', () => {
  it('meets the condition of its optimum on a worked example', () => {
    // one feature, -1 or 1, three of four right: without a ridge the weight would be ln 3
    const rows = [[-1], [-1], [-1], [-1], [1], [1], [1], [1]];
    const labels = [false, false, false, true, true, true, true, false];
    const { weights, bias, mean, deviation } = fitLogistic(rows, labels);
    expect([mean, deviation]).toEqual([[0], [1]]);
    expect(bias).toBeCloseTo(0, 9);
    // 8 (σ(w) − 3/4) + w = 0
    const [w = 0] = weights;
    expect(8 * (1 / (1 + Math.exp(-w)) - 0.75) + w).toBeCloseTo(0, 6);
    expect(w).toBeGreaterThan(0);
  });

  it('cuts in the middle however many cases each class has', () => {
    const rows = [...Array.from({ length: 90 }, () => [0]), ...Array.from({ length: 10 }, () => [2])];
    const model = fitLogistic(
      rows,
      rows.map(([x]) => x === 2),
    );
    expect(logistic(model, [1])).toBeCloseTo(0.5, 2);
    expect(logistic(model, [0])).toBeLessThan(0.1);
    expect(logistic(model, [2])).toBeGreaterThan(0.9);
  });

  it('does without a feature that never varies', () => {
    const model = fitLogistic(
      [
        [5, 0],
        [5, 1],
      ],
      [false, true],
    );
    expect(model.weights[0]).toBeCloseTo(0, 9);
    expect(logistic(model, [5, 1])).toBeGreaterThan(0.5);
  });
});
