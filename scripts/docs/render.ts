import type { Result } from './result.ts';
import { shownCell, shownResult, shownValue } from './shown.ts';

/**
 * Documents are written by hand but for what a program knows better. Two kinds of places are filled in:
 *
 *     <!-- figures NAME rows=a,b columns=c,d transposed -->   a table of bench/results/NAME.json, all of it without options
 *     <!-- reference NAME -->                                what the program says of itself
 *     <!-- /figures -->, <!-- /reference -->                  their ends
 *     <!--=NAME/ROW/COLUMN-->.990<!--/-->                     one figure; "interval" or "percent" behind the column
 */

const block = /(<!-- (figures|reference) ([\w-]+)((?: [\w=,.+-]+)*) -->\n).*?(<!-- \/\2 -->)/gs;
const inline = /(?<!`)(<!--=([\w-]+)\/([\w.+-]+)\/([\w-]+)(?: (interval|percent))?-->).*?(<!--\/-->)/gs;

export type References = ReadonlyMap<string, string>;

/** A document with its places filled in anew. @throws where one names what is not there */
export function render(text: string, results: ReadonlyMap<string, Result>, references: References): string {
  return text
    .replaceAll(block, (_, open: string, kind: string, name: string, options: string, close: string) => {
      const content =
        kind === 'reference'
          ? named(references, name)
          : shownResult(named(results, name), optionsOf(options));
      return `${open}\n${content.trimEnd()}\n\n${close}`;
    })
    .replaceAll(
      inline,
      (_, open: string, name: string, row: string, column: string, how: string | undefined, close: string) =>
        `${open}${figure(named(results, name), row, column, how)}${close}`,
    );
}

/** The places of a document alone are no prose. */
export function withoutPlaces(text: string): string {
  return text.replaceAll(block, '').replaceAll(inline, '');
}

function figure(result: Result, rowKey: string, columnKey: string, how: string | undefined): string {
  const cell = result.rows.find(({ key }) => key === rowKey)?.cells[columnKey];
  const column = result.columns.find(({ key }) => key === columnKey);
  if (cell === undefined || column === undefined)
    throw new Error(`"${result.title}" has no ${rowKey}/${columnKey}.`);
  if (how === 'interval') return shownCell(cell, column);
  if (how === undefined) return shownValue(cell, column);
  if (typeof cell === 'object' && 'value' in cell) return `${Math.round(100 * cell.value)} %`;
  throw new Error(`${rowKey}/${columnKey} of "${result.title}" is no share.`);
}

function optionsOf(text: string): { rows?: string[]; columns?: string[]; transposed: boolean } {
  const options = new Map(
    text
      .trim()
      .split(' ')
      .map((option): [string, string] => {
        const [name = '', value = ''] = option.split('=');
        return [name, value];
      }),
  );
  const rows = options.get('rows')?.split(',');
  const columns = options.get('columns')?.split(',');
  return {
    ...(rows !== undefined && { rows }),
    ...(columns !== undefined && { columns }),
    transposed: options.has('transposed'),
  };
}

function named<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (found === undefined) throw new Error(`A document asks for "${name}", which is not there.`);
  return found;
}
