import { at } from '../../engine/numeric/at.ts';
import type { CausalTrace } from '../../protocol/causalTrace.ts';
import { STREAMS } from '../../protocol/streams.ts';
import { plural } from '../../text/numbers.ts';
import { short } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import {
  addPromptOptions,
  type PromptOptions,
  patchesFrom,
  promptFrom,
  repeated,
  wholeNumber,
} from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest trace model.gguf --prompt "The Eiffel Tower is in the city of" --subject "Eiffel Tower"

Noise of 3 standard deviations is added to the subject's embeddings; shown is how much of the answer's probability
comes back when one state of the clean run is restored, averaged over noises: a layer of the residual stream, or a
window of layers of what MLPs or attention add. It shows where the fact is read. It hardly predicts the best layer to
edit (arXiv 2301.04213); \`palimpsest edit --sweep\` finds that.
`;

interface TraceOptions extends PromptOptions {
  readonly subject: string;
  readonly samples?: number;
  readonly window?: number;
  readonly patch?: string[];
  readonly json?: true;
}

export const trace: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('trace')
      .description('trace which states a fact is read from (causal tracing)')
      .argument('<model>', 'GGUF file or URI'),
    'what the model continues; it contains the subject',
  )
    .requiredOption('--subject <text>', 'the words of the prompt that are corrupted')
    .option('--samples <n>', 'noise samples to average over (default: 10)', wholeNumber(1))
    .option(
      '--window <n>',
      'layers of MLPs or attention restored together (default: a fifth)',
      wholeNumber(1),
    )
    .option('--patch <file>', 'with this patch on; repeatable', repeated)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, { subject, samples, window, patch, json, ...asked }: TraceOptions) => {
      const params = { model, ...promptFrom(asked), subject, samples, window, patches: patchesFrom(patch) };
      await cli.call('trace', params, json, render);
    });
};

function render(found: CausalTrace, style: Style): string {
  const { tokens, subject, answer, clean, corrupted, totalEffect, indirect, samples, window } = found;
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const shown = tokens.map(({ text }, index) => ({ text, index })).slice(subject.first);
  const heads = shown.map(({ text, index }) =>
    right(`${short(text.trim(), 8)}${index <= subject.last ? '*' : ''}`),
  );
  const tables = STREAMS.map((stream) => {
    const what =
      stream === 'residual' ? 'residual, one layer' : `${stream}, ${plural(window, 'layer')} around`;
    const rows = indirect[stream].map((row, layer) => [
      String(layer),
      ...shown.map(({ index }) => at(row, index).toFixed(3)),
    ]);
    return `${style.heading(`Restored: ${what}`)}${style.table([right('layer'), ...heads], rows)}`;
  });
  const summary = style.pairs([
    ['answer', short(answer.token, 40)],
    ['clean', clean.toFixed(3)],
    ['corrupted', `${corrupted.toFixed(3)} (mean of ${samples})`],
    ['total effect', totalEffect.toFixed(3)],
  ]);
  const note =
    'Indirect effects; * marks the subject. They hardly predict the best layer to edit (2301.04213).';
  return `${summary}${tables.join('')}\n${style.c.dim(note)}\n`;
}
