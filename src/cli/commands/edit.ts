import type { Command } from 'commander';
import { Option } from 'commander';
import { InputError } from '../../engine/errors.ts';
import type { Edited } from '../../protocol/editing.ts';
import { takesMany } from '../../protocol/methodKinds.ts';
import { METHODS, type Method } from '../../protocol/methods.ts';
import { bytes, magnitude, plural, share } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import { type DefineCommand, PolicyError } from '../cli.ts';
import { addChatOptions, addEditsOptions, type EditsOptions, editsInput } from '../editsInput.ts';
import {
  addHyperparameterOptions,
  type HyperparameterOptions,
  hyperparametersFrom,
} from '../hyperparameters.ts';
import { measureTables } from '../measureTables.ts';
import { gigabytes, repeated, wholeNumber } from '../options.ts';
import { outcomeLines } from '../outcomes.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  One patch with all edits of a file, each computed on top of those before it:
  $ palimpsest edit model.gguf --edits facts.edits.json --out facts.patch.gguf

  One edit, at a layer of your choice, protecting the subject's other facts:
  $ palimpsest edit model.gguf --edits facts.edits.json --only eiffel-tower --layer 3 --protect

  The same, measured as well; \`palimpsest patch\` shows the measures later:
  $ palimpsest edit model.gguf --edits facts.edits.json --only eiffel-tower --measure

  All at once with MEMIT; or with AlphaEdit in batches of ten, stopping before the model collapses:
  $ palimpsest edit model.gguf --edits facts.edits.json --method memit
  $ palimpsest edit model.gguf --edits facts.edits.json --method alphaedit --batch 10

  A chat model as it is used: each prompt is the user's turn of its chat template:
  $ palimpsest edit model.gguf --edits facts.edits.json --chat --measure

  One fact without a file; or edits from another program:
  $ palimpsest edit model.gguf --prompt "The Eiffel Tower is in" --subject "Eiffel Tower" --target Rome --true Paris
  $ jq . facts.edits.json | palimpsest edit model.gguf --edits - --out facts.patch.gguf

  With other hyperparameters; \`palimpsest methods NAME\` lists them:
  $ palimpsest edit model.gguf --edits facts.edits.json --set steps=40 --set clamp=2

  One patch per edit, into a folder:
  $ palimpsest edit model.gguf --edits facts.edits.json --each --out patches/

"closest key" is the largest cosine between the edited key and a key of any neighborhood probe.
The model file is never written. A patch is a GGUF LoRA adapter that any llama.cpp program can load.
`;

/** How edits are computed, as \`edit\` and \`measure --each\` take it. */
export interface ComputationOptions extends EditsOptions, HyperparameterOptions {
  readonly only?: string[];
  readonly method?: Method;
  readonly layer?: number;
  readonly protect?: true;
  readonly text?: string;
  readonly memory?: number;
}

export function addComputationOptions(command: Command): Command {
  return addMethodOptions(addChatOptions(addEditsOptions(command)))
    .option('--only <id>', 'only this edit; repeatable', repeated)
    .option('--protect', "protect the subject's other facts (its sameSubject probes)")
    .option('--text <file>', "compute the covariance from this text instead of the model's own samples")
    .option(
      '--memory <GB>',
      'memory that the model and an edit of it may use (default: what is free)',
      gigabytes,
    );
}

/** By which method, in which layer and with which hyperparameters. */
export type MethodOptions = HyperparameterOptions & Pick<ComputationOptions, 'method' | 'layer'>;

export function addMethodOptions(command: Command): Command {
  return addHyperparameterOptions(command)
    .addOption(
      new Option('--method <name>', 'editing method (default: the file’s, else the engine’s)').choices(
        METHODS,
      ),
    )
    .option('--layer <n>', 'layer to edit, from 0 (default: the file’s, else proposed)', wholeNumber(0));
}

interface EditOptions extends ComputationOptions {
  readonly each?: true;
  readonly batch?: number;
  readonly sweep?: true;
  readonly measure?: true;
  readonly out?: string;
  readonly json?: true;
}

export const edit: DefineCommand = (program, cli) => {
  addComputationOptions(
    program
      .command('edit')
      .description('compute edits and write them as patches')
      .argument('<model>', 'GGUF file or URI'),
  )
    .option(
      '--batch <n>',
      `edits that ${METHODS.filter(takesMany).join(', ')} compute together (default: all)`,
      wholeNumber(1),
    )
    .option('--sweep', 'try several layers on the first edits and use the best')
    .option('--each', 'one patch per edit, into the folder --out')
    .option('--measure', 'measure each patch alone and store the measures in it')
    .option(
      '--out <patch>',
      'the patch file, or the folder (default: next to the edits file, or the current folder)',
    )
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: EditOptions) => {
      const { only, method, layer, batch, protect, text, preset, memory, sweep, each, measure, json } =
        options;
      if (sweep && layer !== undefined)
        throw new InputError('--sweep chooses the layer itself; leave --layer out.');
      const { edits, stem } = await editsInput(options);
      const hyperparameters = await hyperparametersFrom(options);
      const out = options.out ?? stem + (each ? '.patches' : '.patch.gguf');
      const chosen = { only, method, layer, batch, protect, text, preset, memory, hyperparameters };
      const params = { model, edits, ...chosen, sweep, each, measure, out };
      const { sequence } = await cli.call('edit', params, json, render);
      if (sequence?.stopped) {
        const { reason, without } = sequence.stopped;
        throw new PolicyError(
          `${reason}; the patch ends before that, without ${plural(without.length, 'edit')}.`,
        );
      }
    });
};

function render({ sweep, edits, patches, sequence, measured }: Edited, style: Style): string {
  const swept =
    sweep === null
      ? ''
      : style.heading('Layers, the best first (CounterFact)') +
        style.table(
          ['layer', 'S', 'ES', 'PS', 'NS', 's/edit'].map((head) => ({ head, align: 'right' })),
          sweep.map(({ layer, seconds, measures: { after } }) => [
            String(layer),
            share(after.score),
            ...[after.es, after.ps, after.ns].map((value) => share(value?.value ?? null)),
            seconds.toFixed(1),
          ]),
        );
  const table = style.table(
    [
      { head: 'edit' },
      { head: 'method' },
      ...['layer', 'steps', 'NLL before', 'after', '‖δ‖/‖v₀‖', '‖ΔW‖/‖W‖', 'closest key', 'seconds'].map(
        (head) => ({ head, align: 'right' }) as const,
      ),
    ],
    edits.map(
      ({ id, method, layer, layers, steps, relativeNorm, relativeUpdateNorm, keySimilarity, seconds }) => [
        id,
        method,
        layers === undefined ? String(layer) : `${layers[0]}–${layer}`,
        String(Math.max(0, steps.length - 1)),
        magnitude(steps[0]?.nll ?? Number.NaN),
        magnitude(steps.at(-1)?.nll ?? Number.NaN),
        magnitude(relativeNorm),
        magnitude(relativeUpdateNorm),
        keySimilarity.length === 0 ? '–' : Math.max(...keySimilarity.map(({ cosine }) => cosine)).toFixed(2),
        Object.values(seconds)
          .reduce((sum, part) => sum + part, 0)
          .toFixed(1),
      ],
    ),
  );
  const reasons = [
    ...new Set(
      edits.flatMap(({ layer, layerReason, covariance }) => [
        `Layer ${layer}: ${layerReason}.`,
        ...(covariance === null
          ? []
          : [`Covariance of ${covariance.samples} keys, condition ${magnitude(covariance.condition)}.`]),
      ]),
    ),
    ...edits.flatMap(({ id, lostEnergy }) =>
      lostEnergy === undefined ? [] : [`${id}: the patch leaves out ${magnitude(lostEnergy)} of ‖ΔW‖².`],
    ),
  ];
  const written = patches.map(
    ({ path: file, bytes: size, edits: ids }) =>
      `${visible(file)} (${bytes(size)}, ${plural(ids.length, 'edit')})`,
  );
  const course = sequence === null ? '' : `\n${sequenceTable(sequence, style)}`;
  const measures =
    measured === null
      ? ''
      : `\n${outcomeLines(measured.edits, style)}\n${measureTables(measured, 'on alone', style)}`;
  return `${swept}${swept === '' ? '' : '\n'}${table}\n${reasons.join('\n')}\n${course}${measures}\nWritten: ${written.join('\n         ')}\n`;
}

/** Rows of a long sequence that are shown: evenly, and always the last. */
const maxRows = 20;

function sequenceTable({ batches }: NonNullable<Edited['sequence']>, style: Style): string {
  const step = Math.ceil(batches.length / maxRows);
  const ends = batches.map((_, i) => batches.slice(0, i + 1).reduce((sum, batch) => sum + batch.edits, 0));
  const rows = batches.flatMap(({ edits, seconds, perplexity, fluency }, i) =>
    (batches.length - 1 - i) % step === 0
      ? [
          [
            String(ends[i]),
            (seconds / edits).toFixed(1),
            `×${perplexity.toFixed(2)}`,
            `×${fluency.toFixed(2)}`,
          ],
        ]
      : [],
  );
  const heads = ['edits so far', 's/edit', 'perplexity', 'fluency'];
  return (
    style.heading("The model as edits came on, beside the unedited one, on that one's own text") +
    style.table(
      heads.map((head) => ({ head, align: 'right' })),
      rows,
    )
  );
}
