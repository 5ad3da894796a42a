import type { Finding, Reviewed } from '../protocol/review.ts';
import { driftLine } from '../text/driftLine.ts';
import { factLine } from '../text/factLine.ts';
import { movedLine } from '../text/movedLine.ts';
import { magnitude, percent } from '../text/numbers.ts';
import { rowName } from '../text/rowName.ts';
import { visible } from '../text/visible.ts';
import { probeTable } from './probeTable.ts';
import type { Style } from './style.ts';

const shown = 20;
const alarmingVerdicts: readonly Reviewed['verdict'][] = ['edited', 'unknown', 'computation', 'vocabulary'];

/** A review for the terminal: the verdict and why, what was edited, what undoes it, the tensors that changed most. */
export function reviewText(review: Reviewed, style: Style): string {
  const { verdict, confidence, evidence, findings, inventory, behaviour, policy, meaning, declared } = review;
  const alarming = alarmingVerdicts.includes(verdict);
  const word = alarming ? style.c.red(verdict) : style.c.green(verdict);
  const lines = evidence.map((line) => `  ${visible(line)}\n`).join('');
  const edits = findings.filter(({ kind }) => kind === 'edit');
  const others = findings.filter(({ kind }) => kind !== 'edit');
  return [
    `${style.c.bold(word)} (${confidence} confidence)\n${lines}`,
    edits.map((finding) => editText(finding, style)).join(''),
    others.length === 0 ? '' : style.heading('Findings') + others.map(findingText).join(''),
    reversalText(review, style),
    tensorTable(review, style),
    behaviour === null || behaviour.probes.length === 0
      ? ''
      : style.heading('Behavior') + probeTable(style, behaviour.probes, ['base', 'candidate']),
    behaviour === null ? '' : `${driftLine(behaviour.drift)}\n`,
    `\n${inventory.equal} of ${inventory.tensors} tensors are equal, ${inventory.retyped} stored in another type.\n`,
    review.moved === null ? '' : `${movedLine(review.moved)}\n`,
    declared === null
      ? ''
      : `Declared by a trusted key: ${declared.patches.flatMap(({ edits }) => edits.map(({ id }) => visible(id))).join(', ')}\n`,
    policy === null ? '' : `Policy: ${style.verdict(policy.passed)}\n`,
    `\n${meaning}\n`,
  ].join('');
}

/** The sentence, and below it what differs, line by line. */
function findingText({ summary, detail }: Finding): string {
  const lines = detail === null ? [] : detail.split('\n').map((line) => `    ${visible(line)}\n`);
  return [`  ${visible(summary)}\n`, ...lines].join('');
}

function editText({ tensor, subjects, objects, facts, rank, energy, rows }: Finding, style: Style): string {
  const list = (items: Finding['subjects']) =>
    items.length === 0
      ? 'not found'
      : items
          .slice(0, 5)
          .map(({ text, score }) => `${visible(text)} (${magnitude(score)})`)
          .join(', ');
  const heading = style.heading(`Edited: ${visible(tensor ?? '')}`);
  if (rows.length > 0) {
    return (
      heading +
      style.pairs(
        rows.map((row) => [visible(rowName(row)), `changed by ${magnitude(row.relative)} of its norm`]),
      )
    );
  }
  return (
    heading +
    style.pairs([
      ...facts.map((fact): [string, string] => ['fact', visible(factLine(fact))]),
      ['subject', list(subjects)],
      ['object', list(objects)],
      ...(rank === null || energy === null ? [] : [rankOf(rank, energy)]),
    ])
  );
}

const rankOf = (rank: number, energy: number): [string, string] => [
  'rank',
  `${rank}, ${(100 * energy).toFixed(1)} % of the squared change`,
];

function reversalText({ reversal }: Reviewed, style: Style): string {
  if (reversal === null) return '';
  const { measured, path, rank, whole } = reversal;
  const rows: [string, string][] = [
    ['patch', path === null ? 'not kept (--reversal FILE writes it)' : visible(path)],
  ];
  rows.push(['takes back', whole ? 'all that differs in its tensors' : `the finding, of rank ${rank}`]);
  if (measured !== null) {
    rows.push(['answers restored', `${percent(measured.restored)} of ${measured.probes}`]);
    rows.push(['KL to the base', `${magnitude(measured.klBefore)} → ${magnitude(measured.klAfter)} nats`]);
    const { restored, kl } = measured.noise;
    rows.push(['rounding alone', `keeps ${percent(restored)}, KL ${magnitude(kl)} nats`]);
  }
  return style.heading('Reversal') + style.pairs(rows);
}

function tensorTable({ tensors }: Reviewed, style: Style): string {
  if (tensors.length === 0) return '';
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const sorted = [...tensors].sort((a, b) => b.spikes - a.spikes || b.relative - a.relative);
  const table = style.table(
    [
      { head: 'tensor' },
      { head: 'types' },
      right('‖ΔW‖/‖W‖'),
      right('rounding'),
      right('spikes'),
      right('σ₁/noise'),
    ],
    sorted
      .slice(0, shown)
      .map(({ name, types, relative, floor, spikes, values, edge }) => [
        visible(name),
        types.join(' → '),
        magnitude(relative),
        floor === 0 ? '–' : magnitude(floor),
        String(spikes),
        overNoise(values, edge),
      ]),
  );
  const more = tensors.length > shown ? `… and ${tensors.length - shown} more\n` : '';
  return style.heading('Changed most') + table + more;
}

/** The largest singular value beside the edge of the noise, where both are known. */
function overNoise([largest]: readonly number[], edge: number | null): string {
  return largest === undefined || edge === null || edge === 0 ? '–' : magnitude(largest / edge);
}
