import { Option } from 'commander';
import { FORMATS, type Format } from '../../protocol/edits.ts';
import type { Imported } from '../../protocol/engine.ts';
import { plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';

const examples = `
Examples:
  $ palimpsest import counterfact.json --format counterfact --out facts.edits.json
  $ palimpsest import facts.json --format counterfact --model model.gguf --out facts.edits.json

A record that is not complete is left out and named.
`;

/** Records that are named one by one; the rest is counted. */
const named = 10;

export const importRecords: DefineCommand = (program, cli) => {
  program
    .command('import')
    .description('turn the records of a published data set into an edits file')
    .argument('<records>', 'JSON file with a list of records')
    .addOption(new Option('--format <name>', 'form of the records').choices(FORMATS).makeOptionMandatory())
    .requiredOption('--out <file>', 'the edits file to write, as NAME.edits.json')
    .option('--model <model>', 'bind the edits to this model by its digest')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (path: string, options: { format: Format; out: string; model?: string; json?: true }) => {
      const { format, out, model } = options;
      await cli.call('importRecords', { path, format, out, model }, options.json, render);
    });
};

function render({ edits, out, skipped }: Imported): string {
  const lines = [`${plural(edits.edits.length, 'edit')} written to ${visible(out ?? '')}`];
  if (skipped.length > 0) lines.push(`${plural(skipped.length, 'record')} left out:`);
  for (const { index, line, reason } of skipped.slice(0, named)) {
    lines.push(`  record ${index} (line ${line}): ${visible(reason)}`);
  }
  if (skipped.length > named) lines.push(`  ... and ${skipped.length - named} more`);
  return `${lines.join('\n')}\n`;
}
