import { describe, expect, it } from 'vitest';
import type { ProbeComparison, Reading } from '../../../src/protocol/probe.ts';
import { type Arrangement, arrangeProbes } from '../../../webview/inspector/locality/probeRows.ts';

const asFiled: Arrangement = { sortBy: 'file', descending: false, changedOnly: false, folded: [] };

function reading(nll: number | undefined): Reading {
  const target = { nll: nll ?? 0, total: 0, meanP: 0, p: 0, rank: 1, accuracy: 1, argmax: [] };
  return { top: [], new: nll === undefined ? undefined : target };
}

function comparison(
  kind: ProbeComparison['probe']['kind'],
  prompt: string,
  { nll, changed = false, passed = true }: { nll?: number; changed?: boolean; passed?: boolean | null } = {},
): ProbeComparison {
  return {
    probe: { edit: 'a', kind, prompt },
    before: reading(1),
    after: reading(nll),
    kl: nll ?? 0,
    agreement: 1,
    protocol: 'counterfact',
    passedBefore: true,
    passedAfter: passed,
    changed,
  };
}

const probes = [
  comparison('neighbourhood', 'n1', { nll: 3, changed: true, passed: false }),
  comparison('efficacy', 'e', { nll: 1 }),
  comparison('neighbourhood', 'n2', { nll: 9 }),
  comparison('neighbourhood', 'n3'),
  comparison('text', 't', { passed: null }),
];

const shown = (arrangement: Partial<Arrangement>) =>
  arrangeProbes(probes, { ...asFiled, ...arrangement }).map((row) =>
    row.type === 'group' ? `[${row.kind}]` : row.comparison.probe.prompt,
  );

describe('the rows of the locality table', () => {
  it('are grouped by kind, what must change before what must not', () => {
    expect(shown({})).toEqual(['[efficacy]', 'e', '[neighbourhood]', 'n1', 'n2', 'n3', '[text]', 't']);
  });

  it('count what passes, changed and is not judged, whatever is filtered', () => {
    const [, , heading] = arrangeProbes(probes, asFiled);
    const [filtered] = arrangeProbes(probes, { ...asFiled, changedOnly: true });
    const counts = { probes: 3, changed: 1, judged: 3, passedBefore: 3, passedAfter: 2 };
    expect(heading).toMatchObject(counts);
    expect(filtered).toMatchObject(counts);
    expect(arrangeProbes(probes, asFiled).at(-2)).toMatchObject({ kind: 'text', judged: 0 });
  });

  it('are those that changed alone, without empty groups', () => {
    expect(shown({ changedOnly: true })).toEqual(['[neighbourhood]', 'n1']);
  });

  it('are sorted within their group, those without the value last either way', () => {
    expect(shown({ sortBy: 'nllNew', descending: true }).slice(2, 6)).toEqual([
      '[neighbourhood]',
      'n2',
      'n1',
      'n3',
    ]);
    expect(shown({ sortBy: 'nllNew' }).slice(2, 6)).toEqual(['[neighbourhood]', 'n1', 'n2', 'n3']);
    expect(shown({ sortBy: 'verdict' })).toEqual([
      ...['[neighbourhood]', 'n1', 'n2', 'n3', '[efficacy]', 'e', '[text]', 't'],
    ]);
    expect(shown({ descending: true }).slice(2, 6)).toEqual(['[neighbourhood]', 'n3', 'n2', 'n1']);
  });

  it('leave their heading when their group is folded', () => {
    expect(shown({ folded: ['neighbourhood'] })).toEqual([
      '[efficacy]',
      'e',
      '[neighbourhood]',
      '[text]',
      't',
    ]);
  });

  it('remember the place of a probe among all of them', () => {
    const indices = arrangeProbes(probes, asFiled).flatMap((row) =>
      row.type === 'probe' ? [row.index] : [],
    );
    expect(indices).toEqual([1, 0, 2, 3, 4]);
  });
});
