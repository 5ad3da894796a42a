import type { Measured, MeasuredEdit } from '../protocol/editing.ts';
import { MEASURES, type MeasureEntry, numberOf, protocolsIn } from '../protocol/measureRegistry.ts';
import { type GenerationMatch, type Share, wholeSummary } from '../protocol/measures.ts';
import type { PatchMeasures } from '../protocol/patches.ts';
import { magnitude, plural, share } from '../text/numbers.ts';
import { visible } from '../text/visible.ts';
import type { Style } from './style.ts';

/** Edits with their headline numbers: what measuring gives, and what a patch keeps of it. */
interface Headlines {
  readonly edits: readonly (PatchMeasures['edits'][number] &
    Partial<Pick<MeasuredEdit, 'asChat' | 'asText'>>)[];
  readonly summary: PatchMeasures['summary'] &
    Partial<Pick<Measured['summary'], 'strict' | 'fluency' | 'chatMatch' | 'textMatch'>>;
}

/** A line an edit, and under it the measures over all of them with the protocol of each. */
export function measureTables({ edits, summary }: Headlines, what: string, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  // a model without a chat template is not asked as chat
  const askedAsChat = edits.some(({ asChat = null }) => asChat !== null);
  const askedAsText = edits.some(({ asText = null }) => asText !== null);
  const table = style.table(
    [
      { head: 'edit' },
      right('ES'),
      right('PS'),
      right('NS'),
      right('S'),
      { head: 'generated' },
      ...(askedAsChat ? [{ head: 'as chat' }] : []),
      ...(askedAsText ? [{ head: 'as text' }] : []),
      right('drift KL'),
    ],
    edits.map(({ id, es, ps, ns, score, generationMatch, asChat = null, asText = null, driftKl }) => [
      visible(id),
      ...[es, ps, ns, score].map(share),
      answered(generationMatch),
      ...(askedAsChat ? [answered(asChat?.generationMatch ?? null)] : []),
      ...(askedAsText ? [answered(asText?.generationMatch ?? null)] : []),
      driftKl === null ? '–' : magnitude(driftKl),
    ]),
  );
  return `${table}${style.heading(`${plural(edits.length, 'edit')}, ${what}`)}${summaryTable(summary, style)}${bothWays(summary)}`;
}

/** How a chat model gives the new answer in either way, and which of them the edits ask for. */
function bothWays({ generationMatch, chatMatch = null, textMatch = null }: Headlines['summary']): string {
  // what is asked partly so and partly so has no two numbers
  if (chatMatch === null || (textMatch !== null && textMatch.n < chatMatch.n)) return '';
  const own = textMatch ?? generationMatch;
  const shares = `as text ${shown(own)}, as chat ${shown(chatMatch)}`;
  const counts = textMatch === null ? 'text' : 'chat';
  return `The new answer is given ${shares}; the edits ask as ${counts}, so that counts.\n`;
}

const shown = (match: GenerationMatch | null): string => share(match?.share?.value ?? null);

const answered = (matches: boolean | null): string => (matches === null ? '–' : matches ? 'yes' : 'no');

function summaryTable(headlines: Headlines['summary'], style: Style): string {
  const summary = wholeSummary(headlines);
  const rows = MEASURES.flatMap((measure) => {
    const [first, second] = [measure.before?.(summary) ?? null, measure.after(summary)];
    // shares stand there with a dash where no edit has such a probe; what was not asked for does not
    if (second === null && measure.protocol(summary) === null) return [];
    const { low, high, n } = typeof second === 'object' && second !== null ? second : noInterval;
    const number = shownIn(measure.unit);
    const was = measure.before === undefined ? '' : number(numberOf(first));
    const interval = low === undefined ? '' : `${share(low)}–${share(high)}`;
    return [
      [`${measure.name}  ${measure.meaning}`, was, number(numberOf(second)), interval, n?.toString() ?? ''],
    ];
  });
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [{ head: 'measure' }, right('before'), right('after'), right('95 %'), right('n')],
    rows,
  );
  const protocols = protocolsIn(summary).map((protocol) => style.c.dim(visible(protocol)));
  return `${table}\n${protocols.join('\n')}\n`;
}

const noInterval: Partial<Share> = {};

/** Shares lie between 0 and 1; magnitudes are of any size. */
const shownIn = (unit: MeasureEntry['unit']) => (value: number | null) =>
  unit === 'share' || value === null ? share(value) : magnitude(value);
