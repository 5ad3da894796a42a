import path from 'node:path';
import { l10n, type QuickPickItem, Uri, window, workspace } from 'vscode';
import { POLICY_PRESETS, type PolicyPreset } from '../../protocol/names.ts';
import { isThere } from '../isThere.ts';
import { placeOf, type Side } from './side.ts';

/** More policy files than a workspace keeps. */
const most = 50;

export const isPolicyFile = (name: string): boolean => !POLICY_PRESETS.some((preset) => preset === name);

/** The policy that lies beside a checkpoint under its name: that of the candidate, else of the base. */
export async function policyBeside(candidate: Side, base: Side | null): Promise<string | null> {
  for (const side of [candidate, base]) {
    if (side === null) continue;
    const file = placeOf(side);
    const policy = file.replace(/(-\d{5}-of-\d{5})?\.gguf$/, '.policy.json');
    if (policy !== file && (await isThere(Uri.file(policy)))) return policy;
  }
  return null;
}

type Item = QuickPickItem & { readonly policy?: string | null };

/** Lets a person choose a policy. @returns undefined when they choose nothing, null for no policy */
export async function pickPolicy(current: string | null): Promise<string | null | undefined> {
  const files = await workspace.findFiles('**/*.policy.json', '**/node_modules/**', most);
  const beside = current !== null && isPolicyFile(current) ? [current] : [];
  const paths = [...new Set([...beside, ...files.map(({ fsPath }) => fsPath)])];
  const preset = (policy: PolicyPreset, detail: string): Item => ({ label: policy, detail, policy });
  const browse = { label: l10n.t('Another File…') };
  const items: Item[] = [
    ...paths.map((file) => ({ label: path.basename(file), description: path.dirname(file), policy: file })),
    preset('requantised', l10n.t('Nothing but another number format')),
    preset('fine-tune', l10n.t('Training of any kind, but no rewritten facts, vocabulary or chat template')),
    preset('declared-edits', l10n.t('Edits only where a trusted key declares every one of them')),
    { label: l10n.t('No Policy'), policy: null },
    browse,
  ];
  const picked = await window.showQuickPick(items, { placeHolder: l10n.t('Judge the review by') });
  if (picked !== browse) return picked?.policy;
  const filters = { [l10n.t('Policies')]: ['json'] };
  const chosen = await window.showOpenDialog({ filters, openLabel: l10n.t('Choose') });
  return chosen?.[0]?.fsPath;
}
