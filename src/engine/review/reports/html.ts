import { shownPrompt } from '../../../protocol/promptWords.ts';
import type { Finding, Reviewed, TensorReview } from '../../../protocol/review.ts';
import { driftLine } from '../../../text/driftLine.ts';
import { factLine } from '../../../text/factLine.ts';
import { movedLine } from '../../../text/movedLine.ts';
import { magnitude, percent } from '../../../text/numbers.ts';
import type { Report, ReportBlock, ReportList, ReportSection, ReportTable } from '../../../text/report.ts';
import { reportPage } from '../../../text/reportPage.ts';
import { rowName } from '../../../text/rowName.ts';
import { heatmap } from './heatmap.ts';
import { spectrumPicture } from './spectrumPicture.ts';
import { noiseOf, tookBack } from './tookBack.ts';

/** A review as one self-contained page. */
export const htmlReport = (review: Reviewed): string => reportPage(reviewReport(review));

function reviewReport(review: Reviewed): Report {
  const { verdict, confidence, evidence, findings, policy, meaning, tensors, moved, tool } = review;
  const gate = policy === null ? '' : policy.passed ? ' · policy passed' : ' · policy failed';
  const violations = policy === null || policy.passed ? [] : policy.violations.map(({ text }) => text);
  const sections: ReportSection[] = [
    section('Why', [list(evidence)]),
    section('Policy', violations.length === 0 ? [] : [list(violations)]),
    section(
      'Findings',
      findings.length === 0 ? [] : [findingTable(findings), ...findings.flatMap(aboutFinding)],
    ),
    section('Change per layer and tensor', tensors.length === 0 ? [] : [drawing(heatmap(tensors))]),
    section('Spectra of the changes', spectra(tensors)),
    section('Behavior', behaviour(review)),
    section('Reversal', reversal(review)),
    section('What this means', [text(meaning), ...(moved === null ? [] : [text(movedLine(moved))])]),
  ];
  return {
    title: `Review: ${verdict}`,
    note: `${confidence} confidence${gate}`,
    facts: [
      ['Candidate', review.candidate.path],
      ['Base', review.base.path],
    ],
    sections: sections.filter(({ blocks }) => blocks.length > 0),
    footer: tool,
  };
}

const section = (title: string, blocks: readonly ReportBlock[]): ReportSection => ({ title, blocks });
const text = (said: string): ReportBlock => ({ type: 'text', title: null, text: said });
const list = (items: readonly string[]): ReportList => ({ type: 'list', title: null, items });
const drawing = (markup: string): ReportBlock => ({ type: 'drawing', title: null, markup });

function findingTable(findings: readonly Finding[]): ReportTable {
  return {
    type: 'table',
    title: null,
    columns: ['kind', 'where', 'rank', '‖ΔW‖/‖W‖', 'what'],
    rows: findings.map(({ kind, tensor, rank, relative, summary }) => [
      kind,
      tensor,
      rank,
      relative === null ? null : magnitude(relative),
      summary,
    ]),
  };
}

/** What differs line by line, the rows that were rewritten, and whom they are about. */
function aboutFinding({ kind, tensor, detail, rows, subjects, objects, facts }: Finding): ReportBlock[] {
  const blocks: ReportBlock[] = [];
  if (detail !== null) blocks.push({ type: 'lines', title: tensor ?? kind, lines: detail.split('\n') });
  if (rows.length > 0) {
    blocks.push({
      type: 'table',
      title: `Rows of ${tensor ?? ''} that were rewritten`,
      columns: ['row', '‖ΔW‖/‖W‖'],
      rows: rows.map((row) => [rowName(row), magnitude(row.relative)]),
    });
  }
  if (subjects.length > 0) {
    const title = `What ${tensor ?? ''} was edited to say`;
    if (facts.length > 0) blocks.push({ ...list(facts.map(factLine)), title });
    blocks.push(
      ranking('subject', subjects, facts.length > 0 ? null : title),
      objects.length > 0 ? ranking('object', objects, null) : text('No object was found.'),
    );
  }
  return blocks;
}

const ranking = (of: string, items: Finding['subjects'], title: string | null): ReportTable => ({
  type: 'table',
  title,
  columns: [of, 'score'],
  rows: items.map(({ text: name, score }) => [name, magnitude(score)]),
});

function spectra(tensors: readonly TensorReview[]): ReportBlock[] {
  const shown = tensors.filter(({ spikes }) => spikes > 0).slice(0, 12);
  if (shown.length === 0) return [];
  return [drawing(`<div class="grid">${shown.map(spectrumPicture).join('')}</div>`)];
}

function behaviour({ behaviour: found }: Reviewed): ReportBlock[] {
  if (found === null) return [];
  const probes: ReportTable = {
    type: 'table',
    title: null,
    columns: ['edit', 'prompt', 'base', 'candidate', 'KL'],
    rows: found.probes.map(({ probe, before, after, kl }) => [
      probe.edit,
      shownPrompt(probe.prompt),
      before.top[0]?.token ?? '',
      after.top[0]?.token ?? '',
      magnitude(kl),
    ]),
  };
  return [probes, text(driftLine(found.drift))];
}

function reversal({ reversal: found }: Reviewed): ReportBlock[] {
  if (found === null) return [];
  const { measured, path } = found;
  const says =
    measured === null
      ? ''
      : ` It restores ${percent(measured.restored)} of ${measured.probes} answers; KL to the base ${magnitude(measured.klBefore)} → ${magnitude(measured.klAfter)} nats. ${noiseOf(measured)}`;
  return [
    text(`A patch takes ${tookBack(found)} out of the candidate${path === null ? '' : `: ${path}`}.${says}`),
  ];
}
