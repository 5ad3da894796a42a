import { InputError } from '../../engine/errors.ts';
import type { Measured } from '../../protocol/editing.ts';
import { MEASURES } from '../../protocol/measureRegistry.ts';
import { type DefineCommand, PolicyError } from '../cli.ts';
import { editsInput } from '../editsInput.ts';
import { hyperparametersFrom } from '../hyperparameters.ts';
import { measureTables } from '../measureTables.ts';
import { number, patchesFrom, repeated } from '../options.ts';
import { outcomeLines } from '../outcomes.ts';
import { expectRequirements, requirement } from '../requirements.ts';
import type { Style } from '../style.ts';
import { addComputationOptions, type ComputationOptions } from './edit.ts';

const examples = `
Examples:
  What the model knows before any edit:
  $ palimpsest measure model.gguf --edits facts.edits.json

  Under a patch; fails with exit code 1 if the measures are lower:
  $ palimpsest measure model.gguf --edits facts.edits.json --patch facts.patch.gguf --require es=0.98 --require ns=0.8

  Every edit computed, applied alone, measured and reverted:
  $ palimpsest measure model.gguf --edits facts.edits.json --each --json > measures.json

Measures name their protocol; intervals are 95 % Wilson intervals over the edits.
`;

interface MeasureOptions extends ComputationOptions {
  readonly patch?: string[];
  readonly strength?: number;
  readonly each?: true;
  readonly fluency?: true;
  readonly require?: string[];
  readonly json?: true;
}

export const measure: DefineCommand = (program, cli) => {
  addComputationOptions(
    program
      .command('measure')
      .description('measure edits by the published protocols: efficacy, paraphrases, neighbors, drift')
      .argument('<model>', 'GGUF file or URI'),
  )
    .option('--patch <file>', 'measure under this patch; repeatable', repeated)
    .option('--strength <x>', 'what the patches are multiplied by (default: 1)', number)
    .option('--each', 'compute every edit, apply it alone, measure it, revert it')
    .option('--fluency', 'also generate 100 tokens per edit and measure their entropy')
    .option(
      '--require <measure=x>',
      `exit with 1 if a measure is worse: ${MEASURES.map(({ key }) => key).join(', ')}`,
      repeated,
    )
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: MeasureOptions) => {
      const { only, method, layer, protect, text, preset, memory, each, fluency, patch, strength, json } =
        options;
      if (each && patch !== undefined) throw new InputError('Give either --patch or --each.');
      const required = (options.require ?? []).map(requirement);
      const { edits } = await editsInput(options);
      const patches = patchesFrom(patch, strength);
      const hyperparameters = await hyperparametersFrom(options);
      const chosen = { only, method, layer, protect, text, preset, memory, hyperparameters };
      const params = { model, edits, ...chosen, each, fluency, patches };
      const measured = await cli.call('measure', params, json, render);
      const missed = expectRequirements(measured, required);
      if (missed.length > 0) throw new PolicyError(missed.join('\n'));
    });
};

function render({ edits, summary, state }: Measured, style: Style): string {
  const what = {
    unedited: 'the model as it is',
    patched: 'under the patches',
    each: 'each edit on alone',
  }[state];
  const outcomes = state === 'unedited' ? '' : `${outcomeLines(edits, style)}\n`;
  return outcomes + measureTables({ edits, summary }, what, style);
}
