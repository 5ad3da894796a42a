import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plainFinding } from '../../../../src/engine/review/findings.ts';
import { judge } from '../../../../src/workbench/review/judge.ts';
import { ruleSpan } from '../../../../src/workbench/review/ruleSpan.ts';
import { reviewed } from '../../review/reviewed.ts';

const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
const policy = async (value: unknown) => {
  const file = path.join(folder, 'a.policy.json');
  await writeFile(file, JSON.stringify(value));
  return file;
};
const probes = { edits: [{ id: 'a', prompt: 'The tower is in', subject: 'tower', target: { new: 'Rome' } }] };
const digest = `sha256:${'a'.repeat(64)}`;
const declared = {
  base: { digest, name: 'base' },
  candidate: digest,
  patches: [],
  tensors: [],
  tool: 'palimpsest',
};
const found = { reviewed: reviewed(), probes: null, trustedKeys: [] };

describe('a policy that is chosen after the review', () => {
  it('is judged from what was found', async () => {
    expect(await judge('requantised', found)).toMatchObject({
      kind: 'judged',
      violations: [{ rule: 'allow' }, { rule: 'findings' }],
    });
    expect(await judge(await policy({ allow: ['edited'] }), found)).toEqual({
      kind: 'judged',
      violations: [],
    });
  });

  it('asks for another review where it wants what was not measured', async () => {
    const asking = await policy({ allow: ['edited'], probes });
    expect(await judge(asking, found)).toEqual({ kind: 'unmeasured' });
    expect(await judge(asking, { ...found, probes })).toMatchObject({
      kind: 'judged',
      violations: [{ rule: 'probes', unmeasured: true }],
    });
    const drifting = await policy({ allow: ['edited'], maxDrift: 1e-3 });
    expect(await judge(drifting, found)).toMatchObject({
      kind: 'judged',
      violations: [{ rule: 'maxDrift' }],
    });
    const unread = { ...found, reviewed: { ...found.reviewed, behaviour: null } };
    expect(await judge(drifting, unread)).toEqual({ kind: 'unmeasured' });
    // what was tried in vain is not met, however often it is tried
    const findings = [...unread.reviewed.findings, plainFinding('unmeasured', 'It does not run.')];
    expect(await judge(drifting, { ...unread, reviewed: { ...unread.reviewed, findings } })).toMatchObject({
      kind: 'judged',
      violations: [{ rule: 'findings' }, { rule: 'maxDrift', unmeasured: true }],
    });
  });

  it('lets declared edits pass by no other key than the one that declared them', async () => {
    const trusting = (key: string) => policy({ allow: ['identical'], trustedKeys: [key] });
    const signed = {
      ...found,
      reviewed: { ...reviewed(), declared },
      trustedKeys: [path.join(folder, 'ours.pem')],
    };
    expect(await judge(await trusting('ours.pem'), signed)).toEqual({ kind: 'judged', violations: [] });
    expect(await judge(await trusting('theirs.pem'), signed)).toEqual({ kind: 'unmeasured' });
    expect(await judge(await policy({ allow: ['identical'] }), signed)).toMatchObject({
      violations: [{ rule: 'allow' }, { rule: 'findings' }],
    });
  });

  it('lets no edit pass of which a signature names a part', async () => {
    const [edit] = reviewed().findings;
    if (edit === undefined) throw new Error('the review has no finding');
    const findings = [edit, { ...edit, kind: 'undeclared-change' as const }];
    const trusting = await policy({
      allow: ['identical'],
      findings: ['undeclared-change'],
      trustedKeys: ['ours.pem'],
    });
    const trustedKeys = [path.join(folder, 'ours.pem')];
    const signed = { ...found, reviewed: { ...reviewed(), findings, declared }, trustedKeys };
    expect(await judge(trusting, signed)).toMatchObject({
      violations: [{ rule: 'allow' }, { rule: 'findings' }],
    });
  });

  it('is refused with a sentence where its file is wrong', async () => {
    await expect(judge(await policy({ allow: [] }), found)).rejects.toMatchObject({ name: 'InputError' });
  });
});

describe('the place of a broken rule', () => {
  const text = '{\n  "allow": ["metadata"],\n  "maxDrift": 0.1\n}';
  const at = (rule: Parameters<typeof ruleSpan>[1], of = text) => {
    const { offset, length } = ruleSpan(of, rule);
    return of.slice(offset, offset + length);
  };

  it('is its name in the policy, or the bracket that opens a policy without it', () => {
    expect(at('allow')).toBe('"allow"');
    expect(at('maxDrift')).toBe('"maxDrift"');
    expect(at('findings')).toBe('{');
  });

  it('is the beginning of a text that is no JSON', () => {
    expect(ruleSpan('', 'allow')).toEqual({ offset: 0, length: 1 });
    expect(ruleSpan('['.repeat(100_000), 'allow')).toEqual({ offset: 0, length: 1 });
  });
});
