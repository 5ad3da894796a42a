import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Log, ReportingDescriptor, Result } from 'sarif';
import {
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  POLICY_RULES,
  type Reviewed,
} from '../../../protocol/review.ts';
import { sarifDiff, sarifText } from '../../../text/sarif.ts';
import { rules as policyRules } from '../policy/rules.ts';

/** What each kind of finding is, for the list of rules that code scanning shows. */
const rules: Readonly<Record<FindingKind, string>> = {
  edit: 'A matrix was rewritten along few directions, as fact-editing methods do',
  'dense-change': 'Few tensors were changed as a whole',
  adapter: 'An adapter was merged into the weights',
  'fine-tune': 'The weights were trained further',
  'local-training': 'A part of the model was trained, or a small adapter merged',
  pruning: 'Weights were set to 0',
  steering: 'A constant was added to what a layer writes',
  ablation: 'A direction was taken out of what the model writes',
  requantisation: 'The weights were rounded to other types',
  metadata: 'Metadata that describe the model differ',
  computation: 'Metadata that the model is computed with differ',
  vocabulary: 'The vocabulary differs, or how text becomes tokens',
  'chat-template': 'The chat template differs',
  'template-code': 'The chat template does what templates need not do',
  'unknown-key': 'A metadata key that is not known differs',
  'tensor-added': 'A tensor was added',
  'tensor-removed': 'A tensor is missing',
  'tensor-reshaped': 'A tensor has another shape',
  layout: 'The file is written in another way',
  'hidden-data': 'Bytes of the file belong to no value and no tensor',
  unmeasured: 'What the candidate does could not be measured',
  'untrusted-signature': 'The signature is wrong, or by a key that may not declare edits',
  'undeclared-change': 'A change that no signed statement declares',
};

const errors: ReadonlySet<FindingKind> = new Set([
  'edit',
  'dense-change',
  'steering',
  'ablation',
  'computation',
  'vocabulary',
  'chat-template',
  'template-code',
  'hidden-data',
  'unmeasured',
  'untrusted-signature',
  'undeclared-change',
]);
const notes: ReadonlySet<FindingKind> = new Set(['requantisation', 'metadata', 'layout']);

/** A review as SARIF 2.1.0, which code scanning takes. Violations of the policy are results of their own. */
export function sarifReport(review: Reviewed): string {
  const uri = uriOf(review.candidate.path);
  const locations = (tensor: string | null, place: Finding['place'] = null) => [
    {
      physicalLocation: {
        artifactLocation: { uri },
        ...(place !== null && { region: { startLine: place.line, startColumn: place.column } }),
      },
      ...(tensor !== null && { logicalLocations: [{ name: tensor, kind: 'member' }] }),
    },
  ];
  const results: Result[] = review.findings.map(({ kind, tensor, summary, detail, place, ...details }) => ({
    ruleId: kind,
    level: errors.has(kind) ? 'error' : notes.has(kind) ? 'note' : 'warning',
    message: { text: detail === null ? sarifText(summary) : `${sarifText(summary)}\n\n${sarifDiff(detail)}` },
    locations: locations(tensor, place),
    partialFingerprints: {
      'palimpsest/v1': `${kind}:${tensor ?? ''}${place === null ? '' : `:${place.line}:${place.column}`}`,
    },
    properties: details,
  }));
  const violations = review.policy?.violations ?? [];
  results.push(
    ...violations.map(
      ({ rule, text }): Result => ({
        ruleId: `policy/${rule}`,
        level: 'error',
        message: { text: sarifText(text) },
        locations: locations(null),
      }),
    ),
  );
  const descriptors: ReportingDescriptor[] = [
    ...FINDING_KINDS.map((id) => ({ id, shortDescription: { text: rules[id] } })),
    ...POLICY_RULES.map((id) => ({
      id: `policy/${id}`,
      shortDescription: { text: `The policy is not met: ${id}` },
      fullDescription: { text: policyRules[id].demands },
    })),
  ];
  const [name = 'palimpsest', version = '0'] = review.tool.split(' ');
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name, semanticVersion: version, rules: descriptors } },
        results,
        properties: { verdict: review.verdict, confidence: review.confidence, evidence: review.evidence },
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** Relative to the folder that the review runs in, as code scanning finds files of a repository; else absolute. */
function uriOf(file: string): string {
  const relative = path.relative(process.cwd(), file);
  if (relative.startsWith('..') || path.isAbsolute(relative)) return pathToFileURL(file).href;
  return relative.split(path.sep).map(encodeURIComponent).join('/');
}
