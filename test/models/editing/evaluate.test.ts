import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import type { EngineParams } from '../../../src/protocol/engine.ts';
import { almanac } from '../models.ts';
import { file } from './eiffel.ts';

describe('an evaluation', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
  let engine: Engine;
  beforeAll(() => {
    engine = new Engine({ threads: 1 });
  });
  afterAll(() => {
    engine[Symbol.dispose]();
    rmSync(folder, { recursive: true });
  });
  const params = (more: Partial<EngineParams['evaluate']> = {}): EngineParams['evaluate'] => ({
    model: almanac,
    edits: file,
    methods: ['rome', 'emmet'],
    journal: path.join(folder, 'journal.jsonl'),
    ...more,
  });

  it('measures every edit alone by every method', async () => {
    const { methods, resumed, edits } = await engine.evaluate(params());
    expect([resumed, edits]).toEqual([0, 2]);
    expect(methods.map(({ method, layers }) => [method, layers])).toEqual([
      ['rome', [2]],
      ['emmet', [2]],
    ]);
    for (const { summary, edits: measured } of methods) {
      expect(measured.map(({ id }) => id)).toEqual(['eiffel-tower', 'italy']);
      expect(summary.counterfact.after.es?.value).toBe(1);
      expect(summary.generationMatch.share?.n).toBe(2);
      expect(summary.drift?.meanKl).toBeGreaterThan(0);
    }
  });

  it('goes on where it was interrupted, and gives the same', async () => {
    const whole = await engine.evaluate(params());
    const journal = params().journal;
    const { length } = readFileSync(journal, 'utf8').trimEnd().split('\n');
    expect(length).toBe(1 + 4);

    const abort = new AbortController();
    const other = { journal: path.join(folder, 'interrupted.jsonl') };
    const report = (stage: string) => {
      if (stage.startsWith('emmet')) abort.abort();
    };
    await expect(engine.evaluate(params(other), { signal: abort.signal, report })).rejects.toThrow(/cancel/);
    const again = await engine.evaluate(params(other));
    expect(again.resumed).toBe(2);
    const plain = ({ methods }: typeof whole) => methods.map(({ summary }) => summary);
    expect(plain(again)).toEqual(plain(whole));
  });

  it('measures edits in one patch', async () => {
    const together = { together: true, journal: path.join(folder, 'together.jsonl') };
    const { methods } = await engine.evaluate(params(together));
    for (const { summary } of methods) expect(summary.counterfact.after.es).toMatchObject({ value: 1, n: 2 });
  });

  it('measures growing numbers of edits, one after the other, and tells how the model did', async () => {
    const many = params({ methods: ['alphaedit'], together: true, batch: 1, numbers: [1, 2], drift: false });
    const { methods } = await engine.evaluate({ ...many, journal: path.join(folder, 'many.jsonl') });
    expect(methods.map(({ asked, edits }) => [asked, edits.length])).toEqual([
      [1, 1],
      [2, 2],
    ]);
    expect(methods[0]?.sequence).toBeNull();
    expect(methods[1]?.sequence?.batches).toHaveLength(2);
    expect(methods[1]?.score).toMatchObject({ n: 2, value: methods[1]?.summary.counterfact.after.score });
    expect(methods[1]?.summary.drift).toBeNull();
    const tooMany = params({ numbers: [3], journal: path.join(folder, 'three.jsonl') });
    await expect(engine.evaluate(tooMany)).rejects.toThrow('There are 2 edits in the file, not 3.');
  });

  it('goes on where a method refuses an edit, and says why', async () => {
    const odd = { ...file, edits: file.edits.map((edit) => ({ ...edit, subject: 'nobody' })) };
    const both = params({ edits: odd, methods: ['rome', 'ike'], journal: path.join(folder, 'odd.jsonl') });
    const { methods } = await engine.evaluate(both);
    expect(methods.map(({ asked, refused }) => [asked, refused.length])).toEqual([
      [2, 2],
      [2, 0],
    ]);
    expect(methods[0]?.refused[0]?.reason).toContain('nobody');
    // they count as the unedited model has them
    const { before, after } = methods[0]?.summary.counterfact ?? {};
    expect(after).toEqual(before);
  });

  it('shows the fact in context beside the others, which changes no weight', async () => {
    const { methods } = await engine.evaluate(
      params({ methods: ['ike', 'ice'], journal: path.join(folder, 'ike.jsonl') }),
    );
    for (const [index, method] of (['ike', 'ice'] as const).entries()) {
      const row = methods[index];
      expect(row).toMatchObject({ method, layers: [], stopped: null });
      expect(row?.summary.drift).toBeNull();
      expect(row?.summary.counterfact.n).toBe(2);
      const before = row?.summary.counterfact.before.em ?? Number.NaN;
      expect(row?.summary.counterfact.after.em).toBeGreaterThan(before);
    }
    const [behind, alone] = methods.map(({ summary }) => summary.counterfact.after.em);
    expect(behind).not.toBe(alone);
  });

  it('refuses the journal of another', async () => {
    await expect(engine.evaluate(params({ protect: true }))).rejects.toThrow(/another evaluation/);
  });
});
