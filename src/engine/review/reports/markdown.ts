import type { Finding, Reviewed } from '../../../protocol/review.ts';
import { noiseOf, tookBack } from './tookBack.ts';

const rows = 50;

/** A review as a comment of a pull request: verdict, three lines of why, the findings; the rest is folded. */
export function markdownReport(review: Reviewed): string {
  const { verdict, confidence, evidence, findings, policy, meaning, tensors } = review;
  const gate = policy === null ? '' : policy.passed ? ' · policy passed ✅' : ' · **policy failed** ❌';
  const parts = [
    `## Review: ${verdict} (${confidence} confidence)${gate}`,
    `${code(review.candidate.path)} against ${code(review.base.path)}`,
    evidence
      .slice(0, 3)
      .map((line) => `- ${plain(line)}`)
      .join('\n'),
    policy === null || policy.passed
      ? ''
      : policy.violations.map(({ text }) => `- ❌ ${plain(text)}`).join('\n'),
    findings.length === 0 ? '' : findingTable(findings),
    ...detailed(findings),
    ...findings.filter(({ subjects }) => subjects.length > 0).map(traced),
    reversal(review),
    tensors.length === 0 ? '' : folded(`Tensors that differ: ${tensors.length}`, tensorTable(review)),
    review.behaviour === null ? '' : folded('Behaviour', behaviour(review)),
    `> ${plain(meaning)}`,
    `<sub>${plain(review.tool)}</sub>`,
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function findingTable(findings: readonly Finding[]): string {
  const shown = findings.slice(0, rows);
  const more = findings.length > rows ? `\n\n… and ${findings.length - rows} more.` : '';
  const lines = shown.map(
    ({ kind, tensor, summary, rank, relative }) =>
      `| ${kind} | ${tensor === null ? '' : code(tensor)} | ${rank ?? ''} | ${relative?.toPrecision(2) ?? ''} | ${plain(summary)} |`,
  );
  return ['| finding | where | rank | ‖ΔW‖/‖W‖ | |', '|---|---|---|---|---|', ...lines].join('\n') + more;
}

/** What differs, line by line: of templates all of it, of other metadata as much as the table has rows. */
function detailed(findings: readonly Finding[]): string[] {
  const some = findings.flatMap(({ kind, tensor, detail }) =>
    detail === null ? [] : [{ kind, title: code(tensor ?? kind), detail }],
  );
  const shown = some.filter(({ kind }, index) => kind === 'chat-template' || index < rows);
  return shown.map(({ title, detail }) => `${title}\n\n${fenced(detail)}`);
}

function traced({ tensor, subjects, objects }: Finding): string {
  const list = (items: Finding['subjects']) =>
    items
      .slice(0, 5)
      .map(({ text, score }) => `${code(text)} ${score.toPrecision(2)}`)
      .join(', ');
  return [
    `**What ${code(tensor ?? '')} was edited to say** (best first)`,
    `- subject: ${list(subjects)}`,
    objects.length === 0 ? '- object: not found' : `- object: ${list(objects)}`,
  ].join('\n');
}

function reversal({ reversal: found }: Reviewed): string {
  if (found === null) return '';
  const where = found.path === null ? 'can be written with `--reversal FILE`' : `is in ${code(found.path)}`;
  if (found.measured === null) return `The patch that takes out ${tookBack(found)} ${where}.`;
  const { restored, probes, klBefore, klAfter } = found.measured;
  return `The patch that takes out ${tookBack(found)} ${where}: it restores ${(100 * restored).toFixed(0)} % of ${probes} answers; KL to the base ${klBefore.toPrecision(2)} → ${klAfter.toPrecision(2)} nats. ${noiseOf(found.measured)}`;
}

function tensorTable({ tensors }: Reviewed): string {
  const sorted = [...tensors].sort((a, b) => b.spikes - a.spikes || b.relative - a.relative);
  const lines = sorted
    .slice(0, rows)
    .map(
      ({ name, types, relative, floor, spikes }) =>
        `| ${code(name)} | ${types.join(' → ')} | ${relative.toPrecision(2)} | ${floor === 0 ? '–' : floor.toPrecision(2)} | ${spikes} |`,
    );
  return ['| tensor | types | ‖ΔW‖/‖W‖ | rounding | spikes |', '|---|---|---|---|---|', ...lines].join('\n');
}

function behaviour({ behaviour: found }: Reviewed): string {
  if (found === null) return '';
  const lines = found.probes
    .slice(0, rows)
    .map(
      ({ probe, before, after, kl }) =>
        `| ${plain(probe.prompt)} | ${code(before.top[0]?.token ?? '')} | ${code(after.top[0]?.token ?? '')} | ${kl.toPrecision(2)} |`,
    );
  const table = ['| prompt | base | candidate | KL |', '|---|---|---|---|', ...lines].join('\n');
  return `${table}\n\nDrift on control text: ${found.drift.meanKl.toPrecision(2)} nats a token.`;
}

function folded(title: string, body: string): string {
  return `<details><summary>${plain(title)}</summary>\n\n${body}\n\n</details>`;
}

/** Text from a model or a file: it can neither end a cell nor become a link, a mention or a tag. */
function plain(text: string): string {
  return oneLine(text)
    .replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c] ?? c)
    .replace(/[\\`*_[\]|~]/g, '\\$&')
    .replace(/@/g, '@\u200b');
}

function code(text: string): string {
  const inner = oneLine(text).replace(/`/g, 'ˋ').replace(/\|/g, '\\|');
  return inner.trim() === '' ? '` `' : `\`${inner}\``;
}

/** Lines of a diff, in a fence that nothing in them closes. */
function fenced(text: string): string {
  const runs = text.match(/`+/g) ?? [];
  const fence = '`'.repeat(runs.reduce((most, run) => Math.max(most, run.length), 2) + 1);
  return [`${fence}diff`, ...text.split('\n').map(oneLine), fence].join('\n');
}

function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ');
}
