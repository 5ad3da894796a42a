import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { presets, readPolicy } from '../../../src/engine/review/policy/policies.ts';
import { violationsOf } from '../../../src/engine/review/policy/policy.ts';
import { Policy, type Reviewed, type Violation } from '../../../src/protocol/review.ts';
import { temporaryFolder } from '../temporaryFolder.ts';
import { reviewed } from './reviewed.ts';

const it = test.extend(temporaryFolder);
const edited = reviewed();
const rounded: Reviewed = { ...edited, verdict: 'requantised', findings: [] };
const check = (
  policy: Policy,
  review: Pick<Reviewed, 'verdict' | 'findings' | 'tensors'> = edited,
  declared = false,
) => violationsOf(policy, review, edited.behaviour, declared);
const textOf = (violations: readonly Violation[]) => violations.map(({ text }) => text).join(' ');

describe('a policy', () => {
  it.each(Object.keys(presets))('%s stops an edit that nobody declares', (name) => {
    const policy = Policy.parse(presets[name as keyof typeof presets]);
    expect(textOf(check(policy))).toContain('"edited"');
    expect(check(policy, rounded)).toEqual([]);
  });

  it('lets edits pass that a trusted key declares', () => {
    expect(check(Policy.parse(presets['declared-edits']), edited, true)).toEqual([]);
  });

  it('stops a chat template that differs', () => {
    const finding = {
      ...edited.findings[0],
      kind: 'chat-template',
      tensor: 'tokenizer.chat_template',
    } as const;
    const review = {
      ...rounded,
      findings: [
        {
          ...finding,
          summary: 'differs',
          rank: null,
          energy: null,
          relative: null,
          subjects: [],
          objects: [],
        },
      ],
    };
    expect(textOf(check({ allow: ['requantised'] }, review))).toContain('chat-template');
    expect(check({ allow: ['requantised'], findings: ['chat-template'] }, review)).toEqual([]);
  });

  it('bounds what may change, by how much, and how far the model may drift', () => {
    const allow: Policy['allow'] = ['edited'];
    expect(check({ allow, tensors: ['blk.*.ffn_down.weight'] })).toEqual([]);
    expect(check({ allow, tensors: ['blk.*.attn_q.weight'] })).toMatchObject([{ rule: 'tensors' }]);
    expect(check({ allow, tensors: ['blk.2.ffn.down.weight'] })).toHaveLength(1);
    expect(check({ allow, maxRelative: 0.2 })).toEqual([]);
    expect(check({ allow, maxRelative: 0.1 })).toMatchObject([{ rule: 'maxRelative' }]);
    expect(check({ allow, maxDrift: 0.001 })).toMatchObject([{ rule: 'maxDrift' }]);
  });

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
    await expect(readPolicy(path.join(folder, 'absent.json'))).rejects.toThrow(/absent\.json/);
  });
});
