import { shownPrompt } from '../../../protocol/promptWords.ts';
import type { Finding, Reviewed } from '../../../protocol/review.ts';
import { driftLine } from '../../../text/driftLine.ts';
import { factLine } from '../../../text/factLine.ts';
import { markdown, markdownBlock, markdownCode, markdownTable } from '../../../text/markdown.ts';
import { movedLine } from '../../../text/movedLine.ts';
import { magnitude, percent } from '../../../text/numbers.ts';
import { rowName } from '../../../text/rowName.ts';
import { noiseOf, tookBack } from './tookBack.ts';

const rows = 50;

/** A review as a comment of a pull request: verdict, three lines of why, the findings; the rest is folded. */
export function markdownReport(review: Reviewed): string {
  const { verdict, confidence, evidence, findings, policy, meaning, tensors } = review;
  const gate = policy === null ? '' : policy.passed ? ' · policy passed ✅' : ' · **policy failed** ❌';
  const parts = [
    `## Review: ${verdict} (${confidence} confidence)${gate}`,
    `${markdownCode(review.candidate.path)} against ${markdownCode(review.base.path)}`,
    evidence
      .slice(0, 3)
      .map((line) => `- ${markdown(line)}`)
      .join('\n'),
    policy === null || policy.passed
      ? ''
      : policy.violations.map(({ text }) => `- ❌ ${markdown(text)}`).join('\n'),
    findings.length === 0 ? '' : findingTable(findings),
    ...detailed(findings),
    ...findings.filter((finding) => finding.rows.length > 0).map(rewritten),
    ...findings.filter(({ subjects }) => subjects.length > 0).map(traced),
    reversal(review),
    tensors.length === 0 ? '' : folded(`Tensors that differ: ${tensors.length}`, tensorTable(review)),
    review.behaviour === null ? '' : folded('Behavior', behaviour(review)),
    review.moved === null ? '' : markdown(movedLine(review.moved)),
    `> ${markdown(meaning)}`,
    `<sub>${markdown(review.tool)}</sub>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function findingTable(findings: readonly Finding[]): string {
  const shown = findings.slice(0, rows);
  const more = findings.length > rows ? `\n\n… and ${findings.length - rows} more.` : '';
  const table = markdownTable(
    [{ name: 'finding' }, { name: 'where' }, right('rank'), right('‖ΔW‖/‖W‖'), { name: '' }],
    shown.map(({ kind, tensor, summary, rank, relative }) => [
      kind,
      tensor === null ? '' : markdownCode(tensor),
      String(rank ?? ''),
      relative === null ? '' : magnitude(relative),
      markdown(summary),
    ]),
  );
  return table + more;
}

/** What differs, line by line: of templates all of it, of other metadata as much as the table has rows. */
function detailed(findings: readonly Finding[]): string[] {
  const some = findings.flatMap(({ kind, tensor, detail }) =>
    detail === null ? [] : [{ kind, title: markdownCode(tensor ?? kind), detail }],
  );
  const shown = some.filter(({ kind }, index) => kind === 'chat-template' || index < rows);
  return shown.map(({ title, detail }) => `${title}\n\n${markdownBlock(detail, 'diff')}`);
}

function rewritten({ tensor, rows: found }: Finding): string {
  const table = markdownTable(
    [{ name: 'row' }, right('‖ΔW‖/‖W‖')],
    found.map((row) => [markdownCode(rowName(row)), magnitude(row.relative)]),
  );
  return `**Rows of ${markdownCode(tensor ?? '')} that were rewritten**\n\n${table}`;
}

function traced({ tensor, subjects, objects, facts }: Finding): string {
  const list = (items: Finding['subjects']) =>
    items
      .slice(0, 5)
      .map(({ text, score }) => `${markdownCode(text)} ${magnitude(score)}`)
      .join(', ');
  return [
    `**What ${markdownCode(tensor ?? '')} was edited to say** (best first)`,
    ...facts.map((fact) => `- fact: ${markdownCode(factLine(fact))}`),
    `- subject: ${list(subjects)}`,
    objects.length === 0 ? '- object: not found' : `- object: ${list(objects)}`,
  ].join('\n');
}

function reversal({ reversal: found }: Reviewed): string {
  if (found === null) return '';
  const where =
    found.path === null ? 'can be written with `--reversal FILE`' : `is in ${markdownCode(found.path)}`;
  if (found.measured === null) return `The patch that takes out ${tookBack(found)} ${where}.`;
  const { restored, probes, klBefore, klAfter } = found.measured;
  return `The patch that takes out ${tookBack(found)} ${where}: it restores ${percent(restored)} of ${probes} answers; KL to the base ${magnitude(klBefore)} → ${magnitude(klAfter)} nats. ${noiseOf(found.measured)}`;
}

function tensorTable({ tensors }: Reviewed): string {
  const sorted = [...tensors].sort((a, b) => b.spikes - a.spikes || b.relative - a.relative);
  return markdownTable(
    [{ name: 'tensor' }, { name: 'types' }, right('‖ΔW‖/‖W‖'), right('rounding'), right('spikes')],
    sorted
      .slice(0, rows)
      .map(({ name, types, relative, floor, spikes }) => [
        markdownCode(name),
        types.join(' → '),
        magnitude(relative),
        floor === 0 ? '–' : magnitude(floor),
        String(spikes),
      ]),
  );
}

function behaviour({ behaviour: found }: Reviewed): string {
  if (found === null) return '';
  const table = markdownTable(
    [{ name: 'prompt' }, { name: 'base' }, { name: 'candidate' }, right('KL')],
    found.probes
      .slice(0, rows)
      .map(({ probe, before, after, kl }) => [
        markdown(shownPrompt(probe.prompt)),
        markdownCode(before.top[0]?.token ?? ''),
        markdownCode(after.top[0]?.token ?? ''),
        magnitude(kl),
      ]),
  );
  return `${table}\n\n${driftLine(found.drift)}`;
}

function folded(title: string, body: string): string {
  return `<details><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

const right = (name: string) => ({ name, align: 'right' }) as const;
