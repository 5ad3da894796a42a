import { namedModel, sourceText } from '../../protocol/lineage.ts';
import type { Info } from '../../protocol/model.ts';
import { bytes, plural } from '../../text/numbers.ts';
import { short, visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { downloadOption } from '../options.ts';
import type { Style } from '../style.ts';

const examples = `
Examples:
  $ palimpsest info model.gguf
  $ palimpsest info model.gguf --tensors
  $ palimpsest info model.gguf --digest
  $ palimpsest info hf:org/name/model.gguf
  $ palimpsest info model.gguf --json | jq .quantisation

Only the header is read; --digest reads the whole file once, and its digest is shown from then on.
`;

interface InfoOptions {
  readonly tensors?: true;
  readonly digest?: true;
  readonly download?: number;
  readonly json?: true;
}

export const info: DefineCommand = (program, cli) => {
  program
    .command('info')
    .description('show what a GGUF model is: architecture, size, types, digest, memory it needs')
    .argument('<model>', 'GGUF file, Hugging Face folder or URI')
    .option('--tensors', 'list all tensors')
    .option('--digest', 'compute the digest of the whole file, unless it is known')
    .option(...downloadOption)
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: InfoOptions) => {
      await cli.call(
        'info',
        { model, digest: options.digest, download: options.download },
        options.json,
        (result, style) => render(result, style, options.tensors === true),
      );
    });
};

function render(info: Info, style: Style, tensors: boolean): string {
  const { memory, editMemory, lineage } = info;
  const unknown = '–';
  const text = (value: string | number | null) => (value === null ? unknown : visible(String(value)));
  const pairs = style.pairs([
    ['file', info.files.map(visible).join(', ')],
    ['name', text(info.name)],
    ['architecture', text(info.architecture)],
    ...lineage.bases.map((base) => ['made from', visible(namedModel(base))] as const),
    ...(sourceText(lineage) === null ? [] : [['source', text(sourceText(lineage))] as const]),
    ...(lineage.license === null ? [] : [['license', visible(lineage.license)] as const]),
    ['digest', info.digest ?? 'not computed yet; see --digest'],
    ['size', bytes(info.bytes)],
    [
      'parameters',
      `${(info.parameters / 1e6).toFixed(1)} million, ${info.bitsPerWeight.toFixed(2)} bits each`,
    ],
    ['layers', `${info.layers}, ${text(info.embedding)} wide, feed-forward ${text(info.feedForward)}`],
    ['vocabulary', text(info.vocabulary)],
    ['context', info.contextLength === null ? unknown : plural(info.contextLength, 'token')],
    ['memory to load', `${bytes(memory.total)} (weights ${bytes(memory.weights + memory.repacking)})`],
    ['memory to edit', `${bytes(editMemory.total)}, at least ${bytes(editMemory.least)}`],
    ...(info.problem === null ? [] : [['problem', visible(info.problem)] as const]),
    ['chat template', info.chatTemplate === null ? 'none' : short(info.chatTemplate, 60)],
  ]);
  const mix = style.table(
    [
      { head: 'type' },
      { head: 'tensors', align: 'right' },
      { head: 'parameters', align: 'right' },
      { head: 'bytes', align: 'right' },
    ],
    info.quantisation.map((row) => [row.type, String(row.tensors), String(row.parameters), bytes(row.bytes)]),
  );
  const list = () =>
    style.table(
      [{ head: 'tensor' }, { head: 'type' }, { head: 'shape' }, { head: 'bytes', align: 'right' }],
      info.tensors.map((row) => [visible(row.name), row.type, row.shape.join(' × '), bytes(row.bytes)]),
    );
  return pairs + style.heading('Types') + mix + (tensors ? style.heading('Tensors') + list() : '');
}
