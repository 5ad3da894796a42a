import { COMPARED, type ComparedEdit } from '../../src/protocol/editsTable.ts';
import { csv } from '../../src/text/csv.ts';

/** The table as CSV: numbers with all their digits, each row with the state that they hold for. */
export function tableCsv(edits: readonly ComparedEdit[]): string {
  const heads = ['id', 'fact', 'state', 'method', 'layer', 'relativeNorm', ...COMPARED];
  return csv([
    [...heads, 'outcome', 'measuredWith', 'otherState'],
    ...edits.map(({ id, fact, stateName, method, layer, relativeNorm, measured }) => [
      ...[id, fact, stateName, method, layer, relativeNorm],
      ...COMPARED.map((key) => measured?.values[key] ?? null),
      measured?.outcome.sentence ?? null,
      measured?.measuredWith ?? null,
      measured?.otherState ?? null,
    ]),
  ]);
}
