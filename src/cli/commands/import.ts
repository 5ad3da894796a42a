import { Option } from 'commander';
import { DATASETS, FORMATS, type Format } from '../../protocol/datasets.ts';
import type { Imported } from '../../protocol/engine.ts';
import { plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { wholeNumber } from '../options.ts';

const examples = `
Examples:
  $ palimpsest import counterfact.json --format counterfact --out facts.edits.json
  $ palimpsest import facts.json --format counterfact --model model.gguf --out facts.edits.json
  $ palimpsest import counterfact.json --format counterfact --from 1000 --first 500 --out some.edits.json
  $ palimpsest import counterfact.json --format counterfact --split 2000 --out parts.edits.json

${DATASETS.map(({ name, title, paper }) => `  ${name.padEnd(12)} ${title} (${paper})`).join('\n')}

The records are a JSON list, an object of records, a single one, or JSON Lines. Records of CounterFact, zsRE (mzsRE too) and
KnowEdit and plain requests (EasyEdit, MEMIT, AlphaEdit) are recognized by their keys under any of these three formats.
Incomplete records are left out and reported, as are probes that cannot be used.
`;

/** Records that are named one by one; the rest is counted. */
const named = 10;

interface ImportOptions {
  readonly format: Format;
  readonly out: string;
  readonly from?: number;
  readonly first?: number;
  readonly split?: number;
  readonly model?: string;
  readonly json?: true;
}

export const importRecords: DefineCommand = (program, cli) => {
  program
    .command('import')
    .description('turn the records of a published data set into an edits file')
    .argument('<records>', 'JSON or JSON Lines file with the records')
    .addOption(new Option('--format <name>', 'format of the records').choices(FORMATS).makeOptionMandatory())
    .requiredOption('--out <file>', 'the edits file to write, as NAME.edits.json')
    .option('--from <n>', 'start at this record, counting from 0', wholeNumber(0))
    .option('--first <n>', 'at most this many records', wholeNumber(1))
    .option(
      '--split <n>',
      'write several files of this many edits: NAME-1.edits.json and so on',
      wholeNumber(1),
    )
    .option('--model <model>', 'bind the edits to this model by its digest')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (path: string, { json, ...options }: ImportOptions) => {
      await cli.call('importRecords', { path, ...options }, json, render);
    });
};

function render({ count, written, skipped, dropped, unused }: Imported): string {
  const [file = ''] = written;
  const where = written.length > 1 ? `${plural(written.length, 'file')}, ${file} and so on` : file;
  return [
    `${plural(count, 'edit')} written to ${visible(where)}`,
    ...listed(`${plural(skipped.length, 'record')} left out:`, skipped),
    ...listed(`${plural(dropped.length, 'probe')} left out of records that were imported:`, dropped),
    ...(unused.length === 0 ? [] : [`Not used: ${unused.map(visible).join(', ')}`]),
    '',
  ].join('\n');
}

function listed(heading: string, leftOut: Imported['skipped']): string[] {
  if (leftOut.length === 0) return [];
  const lines = leftOut.slice(0, named).map(({ index, line, reason }) => {
    return `  record ${index} (line ${line}): ${visible(reason)}`;
  });
  return [heading, ...lines, ...(leftOut.length > named ? [`  ... and ${leftOut.length - named} more`] : [])];
}
