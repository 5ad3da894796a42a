import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reviewModels } from '../../../src/engine/review/review.ts';
import type { NewValue } from '../../../src/engine/weights/writer.ts';
import type { EditsFile } from '../../../src/protocol/edits.ts';
import type { Policy } from '../../../src/protocol/review.ts';
import { TinyModels } from '../tiny/write.ts';
import { remake } from './checkpoints.ts';

/** Policies that ask what the candidate does, of candidates that do not run, or are not asked. */

const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-unmeasured-'));
const tiny = new TinyModels();
afterAll(() => {
  rmSync(folder, { recursive: true });
  tiny[Symbol.dispose]();
});
let base: string;
beforeAll(async () => {
  base = await tiny.write('llama');
});

const asking = (id: string, wanted: string, current = 'd'): EditsFile => ({
  edits: [{ id, prompt: 'a b c', subject: 'b', target: { new: wanted, true: current } }],
});
const any: Policy['allow'] = ['identical', 'computation', 'edited', 'fine-tuned', 'unknown'];
const findings: Policy['findings'] = ['unmeasured'];
const changed = (name: string, metadata: Record<string, NewValue>) =>
  remake(base, folder, `${name}.gguf`, { metadata });

async function judge(candidate: string, policy: Omit<Policy, 'allow'>, more: object = {}) {
  const review = await reviewModels(base, candidate, { policy: { allow: any, ...policy }, ...more }, 1);
  const kinds = review.findings.map(({ kind }) => kind);
  const rules = review.policy?.violations.map(({ rule, unmeasured }) => [rule, unmeasured]);
  return { kinds, rules, review };
}

describe('what was not measured', () => {
  it('is not met where the candidate does not run, and the reason is a finding', async () => {
    const broken = await changed('broken', { 'llama.rope.dimension_count': { type: 'uint32', value: 7 } });
    for (const [bound, rule] of [
      [{ maxDrift: 1 }, 'maxDrift'],
      [{ probes: asking('a', 'e') }, 'probes'],
    ] as const) {
      const { kinds, rules, review } = await judge(broken, { ...bound, findings });
      expect(kinds).toEqual(['computation', 'unmeasured']);
      expect(review.findings[1]?.summary).toMatch(/could not be measured: .*broken\.gguf/);
      expect(rules).toEqual([[rule, true]]);
      expect((await judge(broken, bound)).rules).toEqual([
        ['findings', false],
        [rule, true],
      ]);
    }
  });

  it('is not met where the answers are no numbers', async () => {
    // angles beyond all bounds have no cosine
    const candidate = await changed('endless', { 'llama.rope.freq_base': { type: 'float32', value: 1e-45 } });
    const { kinds, rules } = await judge(candidate, { maxDrift: 1e9, findings });
    expect(kinds).toEqual(['computation', 'unmeasured']);
    expect(rules).toEqual([['maxDrift', true]]);
  });

  it('is not met where tracing is off', async () => {
    const bounds = { maxDrift: 1, probes: asking('a', 'e') };
    const { rules } = await judge(base, bounds, { trace: false });
    expect(rules).toEqual([
      ['maxDrift', true],
      ['probes', true],
    ]);
  });
});

describe('the probes of a policy', () => {
  const target = async () => {
    const { review } = await judge(base, { probes: asking('a', 'e') });
    const [efficacy] = review.behaviour?.probes ?? [];
    const likeliest = efficacy?.before.top[0]?.token.trim() ?? '';
    return likeliest;
  };

  it('are asked beside those of the reviewer, whatever their edits are called', async () => {
    const likeliest = await target();
    const edits = asking('another', likeliest);
    for (const id of ['a', 'traced', 'reversal']) {
      const { rules, review } = await judge(base, { probes: asking(id, 'zzz', likeliest) }, { edits });
      expect(review.behaviour?.probes.map(({ probe }) => probe.edit)).toEqual([id, 'another']);
      expect(rules?.map(([rule]) => rule)).toContain('probes');
    }
  });

  it('of the reviewer must pass as well', async () => {
    const { rules } = await judge(base, {}, { edits: asking('traced', 'zzz', await target()) });
    expect(rules).toEqual([['probes', false]]);
  });
});
