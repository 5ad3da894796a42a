import path from 'node:path';
import type { PolicyPreset } from '../../../protocol/names.ts';
import { Policy } from '../../../protocol/review.ts';
import { InputError } from '../../errors.ts';
import { complaintsAbout } from '../../json/complaints.ts';
import { listed, locate } from '../../json/json.ts';
import { readJson } from '../../json/readJson.ts';
import { readText } from '../../json/readText.ts';

const unchanged = ['identical', 'layout', 'metadata', 'requantised'] as const;

/** What each preset lets through. None lets another computation, vocabulary or chat template pass. */
export const presets = {
  /** Nothing but another number format. */
  requantised: { allow: unchanged },
  /** Training of any kind, but no rewritten facts. */
  'fine-tune': { allow: [...unchanged, 'fine-tuned', 'adapter-merged'] },
  /** Edits pass only where a trusted key declares every one of them (`trustedKeys`). */
  'declared-edits': { allow: unchanged },
} as const satisfies Record<PolicyPreset, unknown>;

const mostBytes = 8 << 20;
const mostValues = 250_000;

/** A preset by its name, or a policy file, whose keys lie beside it. @throws InputError as `parsePolicy` */
export async function readPolicy(name: string): Promise<Policy> {
  if (Object.hasOwn(presets, name)) return Policy.parse(presets[name as keyof typeof presets]);
  const policy = parsePolicy(await readText(name, mostBytes), name);
  const folder = path.dirname(name);
  return { ...policy, trustedKeys: policy.trustedKeys?.map((key) => path.resolve(folder, key)) };
}

/** A policy as its file says it. @throws InputError with a line for each mistake */
export function parsePolicy(text: string, name: string): Policy {
  const read = readJson(text, mostValues);
  const problems = 'problems' in read ? read.problems : locate(text, complaintsAbout(Policy, read.value));
  if (problems.length > 0) throw new InputError(listed(problems, name));
  return Policy.parse(JSON.parse(text));
}
