import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { notAsked } from '../../../../src/engine/review/untilCrash.ts';
import type { Reviewed } from '../../../../src/protocol/review.ts';
import type { EngineService } from '../../../../src/workbench/engine/engineService.ts';
import { runReview } from '../../../../src/workbench/review/runReview.ts';
import { fileSide } from '../../../../src/workbench/review/side.ts';
import { splitModel } from '../../gguf/splitModel.ts';
import { reviewed } from '../../review/reviewed.ts';
import { workspace } from '../../vscode.ts';

/** What the engine is asked for a review: the names of the setting, and the signature where the policy trusts keys. */

const settings = new Map<string, unknown>();
const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-'));
afterAll(() => rm(folder, { recursive: true, force: true }));
vi.spyOn(workspace, 'getConfiguration').mockReturnValue({
  get: (name, otherwise) => settings.get(name) ?? otherwise,
});
vi.spyOn(workspace, 'getWorkspaceFolder').mockReturnValue({ uri: { fsPath: folder } });

/** As the engine sends it before the models run: what they would say stands as if they had ended it. */
const sentAhead = (): Reviewed => {
  const found = reviewed();
  const [finding] = found.findings;
  const unasked = finding && {
    ...finding,
    kind: 'unmeasured' as const,
    summary: `Not measured: ${notAsked}`,
  };
  return {
    ...found,
    evidence: [...found.evidence, `What the models say is not known: ${notAsked}`],
    findings: unasked === undefined ? found.findings : [...found.findings, unasked],
    policy: { policy: 'p', passed: false, violations: [] } as unknown as Reviewed['policy'],
  };
};

const place = (name: string) => path.join(folder, name);
const asked = vi.fn();
const engine = {
  quietly: async (work: (client: unknown) => unknown) =>
    await work({
      review: async (params: unknown, { onEvent }: { onEvent: (ahead: Reviewed) => void }) => {
        asked(params);
        onEvent(sentAhead());
        return reviewed();
      },
    }),
} as unknown as EngineService;
const review = async (policy: string | null, candidate = place('candidate.gguf')) =>
  await runReview(
    engine,
    { base: fileSide(place('base.gguf')), candidate: fileSide(candidate), policy },
    place('undo.gguf'),
    {},
  );

beforeAll(async () => {
  const almanac = path.resolve(import.meta.dirname, '../../../../samples/almanac/almanac.gguf');
  for (const name of ['base.gguf', 'candidate.gguf']) await copyFile(almanac, place(name));
  await writeFile(place('candidate.sig'), '{}');
  await writeFile(place('names.txt'), 'Ada\n\n  the Old Bridge \n');
  await writeFile(place('trusting.policy.json'), '{ "allow": ["identical"], "trustedKeys": ["ours.pem"] }');
});
beforeEach(() => {
  settings.clear();
  asked.mockClear();
});

it('asks with the names of the file that the setting names, from the folder of the workspace', async () => {
  settings.set('review.subjects', 'names.txt');
  await review(null);
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({ subjects: ['Ada', 'the Old Bridge'], signature: undefined }),
  );
});

it('asks with no names of its own where the setting is empty', async () => {
  await review(null);
  expect(asked).toHaveBeenCalledWith(expect.objectContaining({ subjects: undefined }));
});

it('fails with the file where the setting names one that is not there', async () => {
  settings.set('review.subjects', 'absent.txt');
  await expect(review(null)).rejects.toThrow(/absent\.txt/);
});

it('holds the signature beside the candidate against the keys of the policy, and keeps which', async () => {
  const trustedKeys = [place('ours.pem')];
  expect(await review(place('trusting.policy.json'))).toMatchObject({ trustedKeys });
  expect(asked).toHaveBeenCalledWith(
    expect.objectContaining({
      signature: place('candidate.sig'),
      policy: expect.objectContaining({ trustedKeys }),
    }),
  );
});

it('finds the signature of a split model by the name of all of its parts, or of any one', async () => {
  const parts = await splitModel(folder, 2);
  const signatures = ['m-00002-of-00002.sig', 'm.sig'].map((name) => path.join(folder, 'split', name));
  const lookedUp = async (candidate: string) => {
    await review(place('trusting.policy.json'), candidate);
    return asked.mock.lastCall?.[0].signature;
  };
  for (const part of parts) expect(await lookedUp(part)).toBeUndefined();
  for (const signature of signatures) {
    await writeFile(signature, '{}');
    for (const part of parts) expect(await lookedUp(part)).toBe(signature);
  }
});

it('leaves a signature alone where the policy trusts no key', async () => {
  await review('requantised');
  expect(asked).toHaveBeenCalledWith(expect.objectContaining({ signature: undefined }));
});

it('tells the verdict ahead of what the models say, without what only they or a crash can say', async () => {
  const onAhead = vi.fn();
  const sides = {
    base: fileSide(place('base.gguf')),
    candidate: fileSide(place('candidate.gguf')),
    policy: null,
  };
  await runReview(engine, sides, place('undo.gguf'), {}, onAhead);
  const [ahead] = onAhead.mock.lastCall ?? [];
  const { verdict, evidence, findings } = reviewed();
  expect(ahead).toMatchObject({ verdict, evidence, findings, policy: null });
  expect(ahead.candidate.path).toBe(place('candidate.gguf'));
  expect(JSON.stringify(ahead)).not.toContain(notAsked);
});
