import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { plainFinding } from '../../../src/engine/review/findings.ts';
import { presets, readPolicy } from '../../../src/engine/review/policy/policies.ts';
import { violationsOf } from '../../../src/engine/review/policy/policy.ts';
import { type Judged, rules } from '../../../src/engine/review/policy/rules.ts';
import type { POLICY_PRESETS } from '../../../src/protocol/names.ts';
import {
  FINDING_KINDS,
  type FindingKind,
  POLICY_RULES,
  Policy,
  type PolicyRule,
  type Reviewed,
  VERDICTS,
} from '../../../src/protocol/review.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { reviewed } from './reviewed.ts';

const it = test.extend(temporaryFolder);
const edited = reviewed();
const rounded: Reviewed = { ...edited, verdict: 'requantised', findings: [] };
const probes = { edits: [{ id: 'a', prompt: 'The tower is in', subject: 'tower', target: { new: 'Rome' } }] };

const judged = (review: Partial<Reviewed>, declared = false): Judged => {
  const all = { ...edited, ...review };
  return { review: all, behaviour: all.behaviour, declared };
};
const check = (policy: Policy, review: Partial<Reviewed> = {}, declared = false) =>
  violationsOf(policy, judged(review, declared));
const found = (kind: FindingKind, tensor: string | null = null) =>
  plainFinding(kind, `found ${kind}`, tensor);

/** The review's behaviour with one probe that has an answer, asked by the policy. */
function asked(passedAfter: boolean | null, edit = 'a'): NonNullable<Reviewed['behaviour']> {
  const { behaviour } = edited;
  const [probe] = behaviour?.probes ?? [];
  if (behaviour === null || probe === undefined) throw new Error('the review asked nothing');
  const own = {
    ...probe,
    probe: { edit, kind: 'efficacy' as const, prompt: 'The tower is in' },
    passedAfter,
  };
  return { ...behaviour, probes: [own] };
}

const drifted = (meanKl: number): NonNullable<Reviewed['behaviour']> => {
  const behaviour = asked(true);
  return { ...behaviour, drift: { ...behaviour.drift, meanKl } };
};

const changed = (relative: number) => ({ tensors: edited.tensors.map((one) => ({ ...one, relative })) });
const any: Policy = { allow: [...VERDICTS], findings: [...FINDING_KINDS] };

interface Case {
  readonly policy: Policy;
  /** What the policy lets through, at the very bound where there is one. */
  readonly met: Partial<Reviewed>;
  readonly broken: Partial<Reviewed>;
  /** What leaves the rule without its measurement. */
  readonly unmeasured?: Partial<Reviewed>;
}

const cases: Readonly<Record<PolicyRule, readonly Case[]>> = {
  allow: [
    {
      policy: { ...any, allow: ['requantised'] },
      met: { verdict: 'requantised' },
      broken: { verdict: 'edited' },
    },
  ],
  findings: [
    {
      policy: { allow: ['edited'] },
      met: { findings: [found('edit'), found('dense-change'), found('requantisation'), found('metadata')] },
      broken: { findings: [found('computation')] },
    },
    {
      policy: { allow: ['edited'], findings: ['vocabulary'] },
      met: { findings: [found('vocabulary')] },
      broken: { findings: [found('vocabulary'), found('chat-template')] },
    },
  ],
  tensors: [
    {
      policy: { ...any, tensors: ['blk.*.ffn_down.weight'] },
      met: {},
      broken: { tensors: edited.tensors.map((one) => ({ ...one, name: 'blk.2.attn_q.weight' })) },
    },
    {
      policy: { ...any, tensors: ['blk.*'] },
      met: { findings: [found('tensor-added', 'blk.9.x')] },
      broken: { findings: [found('tensor-added', 'output.weight')] },
    },
  ],
  maxRelative: [
    {
      policy: { ...any, maxRelative: 0.13 },
      met: changed(0.13),
      broken: changed(0.1300001),
      unmeasured: { findings: [found('tensor-reshaped', 'output.weight')] },
    },
    { policy: { ...any, maxRelative: 0.13 }, met: changed(0), broken: changed(Number.NaN) },
  ],
  maxDrift: [
    {
      policy: { ...any, maxDrift: 0.01 },
      met: { behaviour: drifted(0.01) },
      broken: { behaviour: drifted(0.0100001) },
      unmeasured: { behaviour: null },
    },
    {
      policy: { ...any, maxDrift: 0 },
      met: { behaviour: drifted(0) },
      broken: { behaviour: drifted(Number.NaN) },
    },
  ],
  probes: [
    {
      policy: { ...any, probes },
      met: { behaviour: asked(true) },
      broken: { behaviour: asked(false) },
      unmeasured: { behaviour: null },
    },
    {
      // an edit may have any name
      policy: { ...any, probes },
      met: { behaviour: asked(true, 'traced') },
      broken: { behaviour: asked(false, 'traced') },
      unmeasured: { behaviour: asked(null) },
    },
    { policy: any, met: { behaviour: edited.behaviour }, broken: { behaviour: asked(false) } },
  ],
};

describe.each(POLICY_RULES)('the rule "%s"', (rule) => {
  test.each(cases[rule].map((one, index) => [index, one] as const))('case %i', (_, one) => {
    const { policy, met, broken, unmeasured } = one;
    expect(check(policy, met)).toEqual([]);
    const violations = check(policy, broken);
    expect(violations.map((violation) => [violation.rule, violation.unmeasured])).toEqual([[rule, false]]);
    if (unmeasured === undefined) return;
    expect(check(policy, unmeasured)).toMatchObject([{ rule, unmeasured: true }]);
  });

  test('has a case, says what it demands, and demands nothing of a policy that does not state it', () => {
    expect(cases[rule].length).toBeGreaterThan(0);
    expect(rules[rule].demands).toMatch(/\.$/);
    expect(rules[rule].evaluate(any, judged({ behaviour: null }))).toEqual([]);
  });
});

describe('a policy', () => {
  it('takes no probe of the tool for one that must pass, and no silence for a pass', () => {
    const [own] = asked(false).probes;
    if (own === undefined) throw new Error('nothing was asked');
    const behaviour = {
      ...asked(false),
      probes: [{ ...own, probe: { ...own.probe, origin: 'tool' as const } }],
    };
    expect(check(any, { behaviour })).toEqual([]);
    expect(check({ ...any, probes }, { behaviour })).toMatchObject([{ rule: 'probes', unmeasured: true }]);
  });

  it('lets edits pass that a trusted key declares, and nothing else that comes with them', () => {
    const declared = Policy.parse(presets['declared-edits']);
    expect(check(declared, {}, true)).toEqual([]);
    const more = { findings: [...edited.findings, found('computation')] };
    expect(check(declared, more, true)).toMatchObject([{ rule: 'findings' }]);
  });

  it.each(Object.keys(presets))('%s stops an edit that nobody declares', (name) => {
    const policy = Policy.parse(presets[name as (typeof POLICY_PRESETS)[number]]);
    expect(check(policy).map(({ rule }) => rule)).toEqual(['allow', 'findings']);
    expect(check(policy, rounded)).toEqual([]);
  });

  const silent: readonly FindingKind[] = ['requantisation', 'metadata', 'layout'];
  it.each(Object.keys(presets))('%s lets no finding pass but what its verdicts come with', (name) => {
    const policy = Policy.parse(presets[name as (typeof POLICY_PRESETS)[number]]);
    const training: readonly FindingKind[] =
      name === 'fine-tune' ? ['fine-tune', 'adapter', 'local-training'] : [];
    const passing = FINDING_KINDS.filter(
      (kind) => check(policy, { ...rounded, findings: [found(kind)] }).length === 0,
    );
    expect([...passing].sort()).toEqual([...silent, ...training].sort());
  });

  it.each(['computation', 'vocabulary', 'unknown', 'abliterated', 'steered', 'pruned'] as const)(
    'no preset allows the verdict "%s"',
    (verdict) => {
      for (const preset of Object.values(presets)) {
        expect(check(Policy.parse(preset), { ...rounded, verdict })).toMatchObject([{ rule: 'allow' }]);
      }
    },
  );

  it('is read from a file, with its keys beside it and its mistakes by line', async ({ folder }) => {
    const file = path.join(folder, 'a.policy.json');
    await writeFile(file, '{"allow": ["requantised"], "trustedKeys": ["team.pem"]}');
    expect(await readPolicy(file)).toEqual({
      allow: ['requantised'],
      trustedKeys: [path.join(folder, 'team.pem')],
    });
    await writeFile(file, '{\n  "allow": ["requantized"]\n}');
    await expect(readPolicy(file)).rejects.toThrow(
      /a\.policy\.json:2:13: allow\[0\]: .*did you mean "requantised"/s,
    );
    await writeFile(file, JSON.stringify({ allow: ['edited'], tensors: ['*'.repeat(257)] }));
    await expect(readPolicy(file)).rejects.toThrow(/tensors\[0\]/);
    await writeFile(file, JSON.stringify({ allow: ['edited'], tensors: Array(10_001).fill('*') }));
    await expect(readPolicy(file)).rejects.toThrow(/tensors/);
    await expect(readPolicy(path.join(folder, 'absent.json'))).rejects.toThrow(/absent\.json/);
  });
});
