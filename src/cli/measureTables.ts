import type { Measured, PatchMeasures } from '../protocol/editing.ts';
import type { Share } from '../protocol/measures.ts';
import type { Style } from './style.ts';
import { magnitude, plural, share } from './text.ts';

/** Edits with their headline numbers: what measuring gives, and what a patch keeps of it. */
interface Headlines {
  readonly edits: PatchMeasures['edits'];
  readonly summary: PatchMeasures['summary'] & { readonly fluency?: Measured['summary']['fluency'] };
}

/** A line an edit, and under it the measures over all of them with the protocol of each. */
export function measureTables({ edits, summary }: Headlines, what: string, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [
      { head: 'edit' },
      right('ES'),
      right('PS'),
      right('NS'),
      right('S'),
      { head: 'generated' },
      right('drift KL'),
    ],
    edits.map(({ id, es, ps, ns, score, generationMatch, driftKl }) => [
      id,
      ...[es, ps, ns, score].map(share),
      generationMatch ? 'yes' : 'no',
      magnitude(driftKl),
    ]),
  );
  return `${table}${style.heading(`${plural(edits.length, 'edit')}, ${what}`)}${summaryTable(summary, style)}`;
}

function summaryTable(summary: Headlines['summary'], style: Style): string {
  const { counterfact, easyEdit, generationMatch, fluency = null, drift } = summary;
  const { before, after } = counterfact;
  const row = (name: string, first: Share | null, second: Share | null): string[] => [
    name,
    share(first?.value ?? null),
    share(second?.value ?? null),
    second === null ? '' : `${second.low.toFixed(3)}–${second.high.toFixed(3)}`,
    second === null ? '' : String(second.n),
  ];
  const plain = (name: string, first: string, second: string): string[] => [name, first, second, '', ''];
  const rows = [
    row('ES  efficacy', before.es, after.es),
    row('PS  paraphrases', before.ps, after.ps),
    row('NS  neighbourhood', before.ns, after.ns),
    plain('S   harmonic mean', share(before.score), share(after.score)),
    row('rewrite accuracy', null, easyEdit.rewrite),
    row('rephrase accuracy', null, easyEdit.rephrase),
    row('locality', null, easyEdit.locality),
    row('portability', null, easyEdit.portability),
    row('generation match', null, generationMatch.share),
    ...(drift === null
      ? []
      : [
          plain('drift KL, nats', '', magnitude(drift.meanKl)),
          plain(
            'perplexity, control text',
            drift.perplexityBefore.toFixed(2),
            drift.perplexityAfter.toFixed(2),
          ),
        ]),
    ...(fluency === null
      ? []
      : [
          plain(
            'fluency, bits',
            magnitude(fluency.before.entropy ?? 0),
            magnitude(fluency.after.entropy ?? 0),
          ),
        ]),
  ];
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [{ head: 'measure' }, right('before'), right('after'), right('95 %'), right('n')],
    rows,
  );
  const protocols = [
    counterfact,
    easyEdit,
    generationMatch,
    ...(drift ? [drift] : []),
    ...(fluency ? [fluency.after] : []),
  ];
  return `${table}\n${protocols.map(({ protocol }) => style.c.dim(protocol)).join('\n')}\n`;
}
