import { describe, expect, it } from 'vitest';
import { render } from '../../../scripts/docs/render.ts';
import type { Result } from '../../../scripts/docs/result.ts';

describe('what is filled in', () => {
  const result: Result = {
    title: 'a title',
    columns: [
      { key: 'es', title: 'ES', digits: 3 },
      { key: 'seconds', title: 'seconds', significant: 2 },
    ],
    runs: [
      {
        date: '2026-11-29',
        origin: 'measured',
        command: 'npm run bench',
        machine: 'a machine',
        commit: 'abc1234',
      },
      {
        date: '2026-11-28',
        origin: 'recorded',
        command: 'a < b',
        how: 'twice',
        machine: 'another',
        commit: null,
      },
    ],
    rows: [
      {
        key: 'one',
        title: 'One',
        run: 0,
        cells: { es: { value: 0.99, low: 0.95, high: 1, n: 100 }, seconds: 0.44 },
      },
      { key: 'two', title: 'Two', run: 1, cells: { seconds: { median: 4.3, least: 2.1, most: 6.8 } } },
    ],
  };
  const filled = (text: string) => render(text, new Map([['a-result', result]]), new Map([['help', 'said']]));

  it('is a table with the runs that its rows come from', () => {
    const text = filled('<!-- figures a-result -->\nold\n<!-- /figures -->');
    expect(text).not.toContain('old');
    expect(text).toContain('| One <sup>1</sup> | .990 (.95–1.00) of 100 | .44 |');
    expect(text).toContain('| Two <sup>2</sup> |  | 4.3 (2.1–6.8) |');
    expect(text).toContain('2026-11-29, a machine at <code>abc1234</code>: <code>npm run bench</code>');
    expect(text).toContain('2026-11-28 (recorded), another: <code>a &lt; b</code>, twice');
  });

  it('is some rows and columns, or the table turned', () => {
    const text = filled('<!-- figures a-result rows=one columns=es transposed -->\n<!-- /figures -->');
    expect(text).toContain('|  | One |');
    expect(text).toContain('| ES | .990 (.95–1.00) of 100 |');
    expect(text).not.toContain('.44');
  });

  it('is one figure, alone, with its interval, or in percent', () => {
    expect(filled('<!--=a-result/one/es-->?<!--/-->')).toContain('-->.990<!--');
    expect(filled('<!--=a-result/one/es interval-->?<!--/-->')).toContain('-->.990 (.95–1.00) of 100<!--');
    expect(filled('<!--=a-result/one/es percent-->?<!--/-->')).toContain('-->99 %<!--');
  });

  it('is what the program says', () => {
    expect(filled('<!-- reference help -->\n<!-- /reference -->')).toContain('\nsaid\n');
  });

  it('is refused where nothing of that name is kept', () => {
    expect(() => filled('<!-- figures another -->\n<!-- /figures -->')).toThrow('another');
    expect(() => filled('<!--=a-result/two/es-->?<!--/-->')).toThrow('two/es');
  });
});
