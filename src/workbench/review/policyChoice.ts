import path from 'node:path';
import { l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { POLICY_PRESETS, type PolicyPreset } from '../../protocol/names.ts';
import { isThere } from '../isThere.ts';
import { modelStem } from '../models/modelStem.ts';
import { isInRevision } from './git/revisions.ts';
import type { PolicySource } from './policySource.ts';
import { placeOf, type Side, sideName } from './side.ts';

/** More policy files than a workspace keeps. */
const limit = 50;

/** Is it a file that lies on the disk, which can be opened and changed? */
export const isPolicyFile = (source: PolicySource): source is string =>
  typeof source === 'string' && !POLICY_PRESETS.some((preset) => preset === source);

/**
 * The policy that lies beside a checkpoint under its name. Against a revision it is the one that the revision holds, or
 * none: what lies on the disk may have come with the candidate. Otherwise that of the candidate, else of the base.
 */
export async function policyBeside(candidate: Side, base: Side | null): Promise<PolicySource | null> {
  if (base?.kind === 'revision') {
    const policy = { ...base, path: policyName(base.path) };
    return (await isInRevision(policy)) ? policy : null;
  }
  for (const side of [candidate, base]) {
    if (side === null || side.kind === 'reference') continue;
    const policy = policyName(placeOf(side));
    if (await isThere(Uri.file(policy))) return policy;
  }
  return null;
}

/** `NAME.policy.json` for `NAME.gguf`, all parts of a split model, `NAME.safetensors`, its index, or the folder NAME. */
export const policyName = (model: string): string =>
  `${modelStem(model).replace(/-\d{5}-of-\d{5}$/, '')}.policy.json`;

type Item = QuickPickItem & { readonly policy?: PolicySource | null };

/** Lets a person choose a policy. @returns undefined when they choose nothing, null for no policy */
export async function pickPolicy(current: PolicySource | null): Promise<PolicySource | null | undefined> {
  const files = await workspace.findFiles('**/*.policy.json', '**/node_modules/**', limit);
  const beside = current !== null && isPolicyFile(current) ? [current] : [];
  const paths = [...new Set([...beside, ...files.map(({ fsPath }) => fsPath)])];
  const preset = (policy: PolicyPreset, detail: string): Item => ({ label: policy, detail, policy });
  const browse = { label: l10n.t('Another File…') };
  const items: Item[] = [
    ...(current === null || typeof current === 'string'
      ? []
      : [{ label: sideName(current).name, description: current.subject, policy: current }]),
    ...paths.map((file) => ({ label: path.basename(file), description: path.dirname(file), policy: file })),
    preset('requantised', l10n.t('Requantization only')),
    preset(
      'fine-tune',
      l10n.t('Any training, but no rewritten facts and no change of vocabulary or chat template'),
    ),
    preset('declared-edits', l10n.t('Edits only if a trusted key declares every one of them')),
    { label: l10n.t('No Policy'), policy: null },
    browse,
  ];
  const picked = await window.showQuickPick(items, {
    placeHolder: l10n.t('Choose the policy that the review must meet'),
  });
  if (picked !== browse) return picked?.policy;
  const filters = { [l10n.t('Policies')]: ['json'] };
  const chosen = await window.showOpenDialog({ filters, openLabel: l10n.t('Choose') });
  return chosen?.[0]?.fsPath;
}
