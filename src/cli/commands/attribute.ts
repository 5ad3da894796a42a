import type { GradientAttribution, LensVector } from '../../protocol/gradientAttribution.ts';
import { STREAMS } from '../../protocol/streams.ts';
import { signed } from '../../text/numbers.ts';
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
  $ palimpsest attribute model.gguf --prompt "The Eiffel Tower is in the city of"
  $ palimpsest attribute model.gguf --prompt "The Eiffel Tower is in the city of" --subject "Eiffel Tower"
  $ palimpsest attribute model.gguf --prompt "The Eiffel Tower is in the city of" --lens --follow Rome

Shown is gradient times activation of the answer's logit, for every layer of the residual stream and what MLPs and
attention add to it, from one pass forward and one backward. With --subject it is attribution patching: a causal trace
(\`palimpsest trace\`) to first order, at a pass a noise instead of one a state. --lens reads the Jacobian lens: how far each
state lifts the logit of a token above what it is after ordinary text.
`;

interface AttributeOptions extends PromptOptions {
  readonly target?: string;
  readonly subject?: string;
  readonly samples?: number;
  readonly lens?: true;
  readonly follow?: string[];
  readonly patch?: string[];
  readonly json?: true;
}

export const attribute: DefineCommand = (program, cli) => {
  addPromptOptions(
    program
      .command('attribute')
      .description('account for an answer by gradients: which states give it')
      .argument('<model>', 'GGUF file or URI'),
    'what the model continues',
  )
    .option('--target <text>', 'account for the first token of this text (default: the likeliest token)')
    .option('--subject <text>', 'words of the prompt that are drowned in noise, to compare with')
    .option('--samples <n>', 'noise samples to average over (default: 10)', wholeNumber(1))
    .option('--lens', 'read the Jacobian lens for the answer as well')
    .option('--follow <text>', 'and for the first token of this text; repeatable, implies --lens', repeated)
    .option('--patch <file>', 'with this patch on; repeatable', repeated)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: AttributeOptions) => {
      const { target, subject, samples, lens, follow, patch, json } = options;
      const params = {
        model,
        ...promptFrom(options),
        target,
        subject,
        samples,
        lens: follow ?? (lens === true ? [] : undefined),
        patches: patchesFrom(patch),
      };
      await cli.call('attribute', params, json, render);
    });
};

function render(found: GradientAttribution, style: Style): string {
  const { answer, probability, subject, attributed, lens } = found;
  const summary = style.pairs([
    ['answer', short(answer.token, 40)],
    ['probability', probability.toFixed(3)],
    ...(subject === null
      ? []
      : ([['corrupted', `${subject.corrupted.toFixed(3)} (mean of ${subject.samples})`]] as const)),
  ]);
  const what = subject === null ? 'Gradient · activation' : 'Attribution patching';
  const tables = STREAMS.map((stream) => table(`${what}: ${stream}`, attributed[stream], found, style));
  const unit =
    subject === null
      ? 'Logits of the answer, to first order.'
      : 'Probability that restoring the state brings back, to first order; * marks the subject.';
  const vectors = (lens?.vectors ?? []).map((vector) => lensTable(vector, found, style));
  const note =
    lens === null
      ? ''
      : `\n${style.c.dim(`Logits above ordinary text, over ${lens.positions} tokens of ${lens.texts} texts of the model's own.`)}\n`;
  return `${summary}${tables.join('')}\n${style.c.dim(unit)}\n${vectors.join('')}${note}`;
}

const lensTable = (vector: LensVector, found: GradientAttribution, style: Style) =>
  table(`Jacobian lens: ${short(vector.token, 40)}`, vector.raised, found, style);

function table(
  heading: string,
  values: readonly (readonly number[])[],
  { tokens, subject }: GradientAttribution,
  style: Style,
): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const marked = (index: number) => subject !== null && index >= subject.first && index <= subject.last;
  const heads = tokens.map(({ text }, index) => right(`${short(text.trim(), 8)}${marked(index) ? '*' : ''}`));
  const rows = values.map((row, layer) => [String(layer), ...row.map((value) => signed(value))]);
  return `${style.heading(heading)}${style.table([right('layer'), ...heads], rows)}`;
}
