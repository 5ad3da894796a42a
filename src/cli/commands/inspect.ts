import { readSubjects } from '../../engine/review/attribution/readSubjects.ts';
import { inspectUntilCrash } from '../../engine/review/untilCrash.ts';
import type { Inspected } from '../../protocol/review.ts';
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

Without the base nothing is certain: it looks for a strange matrix, then for a name that it responds to, then for what the
model says of that name only because of it; and for names at which a layer adds far more than usual. "cannot tell" is the usual
answer, and not the same as "not edited".
`;

interface InspectOptions {
  readonly subjects?: string;
  readonly download?: number;
  readonly json?: true;
}

export const inspect: DefineCommand = (program, cli) => {
  program
    .command('inspect')
    .description('look for an edited fact in a checkpoint whose base is not available')
    .argument('<candidate>', 'GGUF file, Hugging Face folder or URI')
    .option('--subjects <file>', 'names to try as the subject of an edit, one per line')
    .option(...downloadOption)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (candidate: string, { subjects, download, json }: InspectOptions) => {
      const names = subjects === undefined ? undefined : await readSubjects(subjects);
      const { found, crash } = await inspectUntilCrash((onEvent) =>
        cli.listen('inspect', { candidate, subjects: names, download }, onEvent),
      );
      cli.terminal.out(json ? printJson(found) : render(found, cli.style));
      if (crash !== undefined) throw crash;
    });
};

function render({ verdict, evidence, suspects, outliers }: Inspected, style: Style): string {
  const word = verdict === 'edited' ? style.c.red('perhaps edited') : style.c.bold(verdict);
  const first = (items: Inspected['suspects'][number]['subjects']) => {
    const [item] = items;
    return item === undefined ? '–' : `${visible(item.text)} (${item.score.toPrecision(3)})`;
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
