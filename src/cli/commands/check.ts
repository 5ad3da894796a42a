import { InputError } from '../../engine/errors.ts';
import { listed, locate } from '../../engine/json/json.ts';
import { plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { addEditsOptions, type EditsOptions, editsInput } from '../editsInput.ts';

const examples = `
Examples:
  $ palimpsest check model.gguf --edits facts.edits.json

Faults of the file are reported first, then problems with this model: layers that it does not have, another model's digest,
subjects that end inside a token or occur twice, prompts that exceed the context, end in a space or contain chat markers.
The model is not loaded. Exits with 2 if an edit cannot be computed; warnings alone exit with 0.
`;

export const check: DefineCommand = (program, cli) => {
  addEditsOptions(
    program
      .command('check')
      .description('check an edits file, and its edits against a model')
      .argument('<model>', 'GGUF file or URI'),
  )
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, { json, ...options }: EditsOptions & { json?: true }) => {
      const { text: edits, name } = await editsInput(options);
      const { problems } = await cli.call('checkEdits', { model, edits }, json, ({ problems: found }) => {
        const complaints = found.map(({ path, severity, message }) => ({
          path,
          message: `${severity}: ${message}`,
        }));
        const lines = listed(locate(edits, complaints), name).split('\n').map(visible);
        return found.length === 0 ? 'Nothing is wrong with these edits.\n' : `${lines.join('\n')}\n`;
      });
      const errors = problems.filter(({ severity }) => severity === 'error').length;
      if (errors > 0) throw new InputError(`${plural(errors, 'error')} in ${name}.`);
    });
};
