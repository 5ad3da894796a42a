import { InputError } from '../../engine/errors.ts';
import { openFile } from '../../engine/files/source.ts';
import { readHeader } from '../../engine/gguf/header.ts';
import { kindOf } from '../../engine/gguf/kind.ts';
import { readSubjects } from '../../engine/review/attribution/readSubjects.ts';
import { inspectUntilCrash } from '../../engine/review/untilCrash.ts';
import type { InspectedAdapter } from '../../protocol/inspectedAdapter.ts';
import type { Inspected } from '../../protocol/inspection.ts';
import { magnitude } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { printJson } from '../json.ts';
import { downloadOption } from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest inspect candidate.gguf
  $ palimpsest inspect candidate.gguf --subjects names.txt --json
  $ palimpsest inspect lora.gguf          # an adapter or a patch, without its base

Without the base nothing is certain: it looks for a strange matrix, then for a name that it responds to, then for what the
model says of that name only because of it; and for names at which a layer adds far more than usual. "cannot tell" is the
usual answer, and not the same as "not edited". Of an adapter it says what it changes, and by how many directions.
`;

interface InspectOptions {
  readonly subjects?: string;
  readonly download?: number;
  readonly json?: true;
}

export const inspect: DefineCommand = (program, cli) => {
  program
    .command('inspect')
    .description('look for an edited fact in a checkpoint or adapter without its base')
    .argument('<candidate>', 'GGUF file (also of an adapter), Hugging Face folder or URI')
    .option('--subjects <file>', 'names to try as the subject of an edit, one per line')
    .option(...downloadOption)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (candidate: string, { subjects, download, json }: InspectOptions) => {
      if (await isAdapter(candidate)) {
        if (subjects !== undefined) {
          throw new InputError(
            `${candidate} is an adapter, whose names only its base can read; give --subjects to a review of its base with it.`,
          );
        }
        await cli.call('inspectAdapter', { adapter: candidate }, json, renderAdapter);
        return;
      }
      const names = subjects === undefined ? undefined : await readSubjects(subjects);
      const { found, crash } = await inspectUntilCrash((onEvent) =>
        cli.listen('inspect', { candidate, subjects: names, download }, onEvent),
      );
      cli.terminal.out(json ? printJson(found) : render(found, cli.style));
      if (crash !== undefined) throw crash;
    });
};

/** What cannot be read is left to the engine, which says why. */
async function isAdapter(path: string): Promise<boolean> {
  try {
    await using source = await openFile(path);
    return kindOf(await readHeader(source)) === 'adapter';
  } catch {
    return false;
  }
}

/** Rows that are shown; `--json` has all. */
const maxRows = 40;

function renderAdapter({ weights, alike, evidence }: InspectedAdapter, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [{ head: 'changes' }, right('rank'), right('directions'), right('‖ΔW‖'), right('σ₁'), right('σ₂')],
    weights
      .slice(0, maxRows)
      .map(({ tensor, rank, directions, norm, values: [first, second] }) => [
        visible(tensor),
        String(rank),
        String(directions),
        magnitude(norm),
        first === undefined ? '–' : magnitude(first),
        second === undefined ? '–' : magnitude(second),
      ]),
  );
  const more = weights.length > maxRows ? `${weights.length - maxRows} more; --json has all.\n` : '';
  const same =
    alike === null
      ? ''
      : `Leading directions of what writes to the residual stream, mean |cos|: ${magnitude(alike)}\n`;
  return `${style.c.bold('adapter')}\n${evidence.map((line) => `  ${visible(line)}\n`).join('')}\n${table}${more}${same}`;
}

function render({ verdict, evidence, suspects, outliers }: Inspected, style: Style): string {
  const word = verdict === 'edited' ? style.c.red('possibly edited') : style.c.bold(verdict);
  const first = (items: Inspected['suspects'][number]['subjects']) => {
    const [item] = items;
    return item === undefined ? '–' : `${visible(item.text)} (${magnitude(item.score)})`;
  };
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [{ head: 'looked at' }, right('over depth'), right('σ₁/σ₂'), { head: 'answers to' }, { head: 'says' }],
    suspects.map(({ tensor, strangeness, ratio, subjects, objects }) => [
      visible(tensor),
      magnitude(strangeness),
      magnitude(ratio),
      first(subjects),
      first(objects),
    ]),
  );
  const beside = style.table(
    [{ head: 'adds much at' }, { head: 'in' }, right('excess'), { head: 'says' }],
    outliers.map(({ tensor, subject, excess, objects }) => [
      visible(subject),
      visible(tensor),
      magnitude(excess),
      first(objects),
    ]),
  );
  return `${word}\n${evidence.map((line) => `  ${visible(line)}\n`).join('')}\n${table}\n${beside}`;
}
