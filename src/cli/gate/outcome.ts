import type { Log } from 'sarif';
import { markdownReport } from '../../engine/review/reports/markdown.ts';
import { sarifReport } from '../../engine/review/reports/sarif.ts';
import { writeReview } from '../../formats/review/v1.ts';
import type { Reviewed } from '../../protocol/review.ts';
import { markdown, markdownCode } from '../../text/markdown.ts';
import { plural } from '../../text/numbers.ts';
import { printJson } from '../json.ts';

/** What became of one model at the gate. */
export type Outcome =
  | {
      readonly model: string;
      readonly kind: 'reviewed';
      readonly reviewed: Reviewed;
      /** Its modification record as JSON text, where one is wished. */
      readonly record?: string | undefined;
    }
  | { readonly model: string; readonly kind: 'removed' }
  /** It could not be held against anything, or not be read. */
  | { readonly model: string; readonly kind: 'refused'; readonly why: string };

export const passes = (outcome: Outcome): boolean =>
  outcome.kind === 'removed' || (outcome.kind === 'reviewed' && outcome.reviewed.policy?.passed === true);

/** By this line a comment is found again, to be written anew. */
const marker = '<!-- palimpsest gate -->';

/** All that happened, for a pull request. */
export function gateMarkdown(outcomes: readonly Outcome[]): string {
  const failed = outcomes.filter((outcome) => !passes(outcome)).length;
  const head =
    outcomes.length === 0
      ? '# Palimpsest: no model changed'
      : `# Palimpsest: ${failed === 0 ? `${plural(outcomes.length, 'model')} passed ✅` : `${failed} of ${plural(outcomes.length, 'model')} failed ❌`}`;
  return `${[marker, head, ...outcomes.map(section)].join('\n\n')}\n`;
}

function section(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'reviewed':
      return markdownReport(outcome.reviewed).trim();
    case 'removed':
      return `${markdownCode(outcome.model)} was removed.`;
    case 'refused':
      return `❌ ${markdownCode(outcome.model)}: ${markdown(outcome.why)}`;
  }
}

/** The longest comment that GitHub takes has 65,536 characters. */
const maxCommentLength = 60_000;

/** The same, cut between two lines to what a comment holds. */
export function gateComment(outcomes: readonly Outcome[]): string {
  const whole = gateMarkdown(outcomes);
  if (whole.length <= maxCommentLength) return whole;
  const cut = whole.slice(0, whole.lastIndexOf('\n', maxCommentLength));
  // a fence or a fold that was cut open would swallow what follows
  const fences = cut.match(/^(`{3,})/gm) ?? [];
  const open = fences.length % 2 === 1 ? `\n${fences.at(-1)}` : '';
  const folds = (cut.match(/<details>/g) ?? []).length - (cut.match(/<\/details>/g) ?? []).length;
  return `${cut}${open}${'\n\n</details>'.repeat(Math.max(0, folds))}\n\n… cut; the whole report is in the summary of the job.\n`;
}

/** One run with the results of all models, as code scanning takes one run a tool. */
export function gateSarif(outcomes: readonly Outcome[]): string {
  const logs = outcomes.flatMap((outcome) =>
    outcome.kind === 'reviewed' ? [JSON.parse(sarifReport(outcome.reviewed)) as Log] : [],
  );
  const [first] = logs;
  const run = first?.runs[0] ?? { tool: { driver: { name: 'palimpsest' } } };
  const results = logs.flatMap(({ runs }) => runs[0]?.results ?? []);
  const { properties: _, ...shared } = run;
  const log: Log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [{ ...shared, results }],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

export function gateJson(outcomes: readonly Outcome[]): string {
  return printJson({
    passed: outcomes.every(passes),
    models: outcomes.map((outcome) =>
      outcome.kind === 'reviewed'
        ? { model: outcome.model, kind: outcome.kind, reviewed: writeReview(outcome.reviewed) }
        : outcome,
    ),
  });
}
