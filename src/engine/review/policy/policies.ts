import path from 'node:path';
import { PolicyV1, readPolicyV1 } from '../../../formats/policy/v1.ts';
import type { PolicyPreset } from '../../../protocol/names.ts';
import { Policy } from '../../../protocol/review.ts';
import { readFormat } from '../../json/readFormat.ts';
import { readText } from '../../json/readText.ts';

const unchanged = ['identical', 'layout', 'metadata', 'requantised'] as const;

/** What each preset lets through. None lets another computation, vocabulary or chat template pass. */
export const presets = {
  /** Nothing but another number format. */
  requantised: { allow: unchanged },
  /** Training of any kind, but no rewritten facts. */
  'fine-tune': { allow: [...unchanged, 'fine-tuned', 'adapter-merged', 'local-training'] },
  /** Edits pass only where a trusted key declares every one of them (`trustedKeys`). */
  'declared-edits': { allow: unchanged },
} as const satisfies Record<PolicyPreset, unknown>;

const maxBytes = 8 << 20;
const maxValues = 250_000;

/** A preset by its name, or a policy file, whose keys lie beside it. @throws InputError as `parsePolicy` */
export async function readPolicy(name: string): Promise<Policy> {
  if (Object.hasOwn(presets, name)) return Policy.parse(presets[name as keyof typeof presets]);
  const policy = parsePolicy(await readText(name, maxBytes), name);
  const folder = path.dirname(name);
  return { ...policy, trustedKeys: policy.trustedKeys?.map((key) => path.resolve(folder, key)) };
}

/** A policy as its file says it. @throws InputError with a line for each mistake */
export function parsePolicy(text: string, name: string): Policy {
  return readPolicyV1(readFormat(text, name, PolicyV1, maxValues));
}
