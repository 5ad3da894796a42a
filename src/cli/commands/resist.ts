import type { Resistance, Resisted } from '../../protocol/redteam.ts';
import { magnitude } from '../../text/numbers.ts';
import { short, visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { addChatOptions, addEditsOptions, type EditsOptions, editsInput } from '../editsInput.ts';
import { hyperparametersFrom } from '../hyperparameters.ts';
import type { Style } from '../style.ts';
import { addMethodOptions, type MethodOptions } from './edit.ts';

const examples = `
Examples:
  $ palimpsest resist model.gguf
  $ palimpsest resist model.gguf --edits facts.edits.json --method memit --json
  $ palimpsest resist model.gguf --prompt "The Eiffel Tower is in" --subject "Eiffel Tower" --target Rome

Norms are ‖ΔW‖ / ‖W‖ of the matrix. "seen from" is the smallest change tried that a review calls an edit, "not at" the
largest below it that it does not: where a fact flips at less than "seen from", it can be flipped unseen. "survives" names
the types that llama.cpp can round the edited checkpoint to without the fact coming back. Without edits, the harmless
stand-ins for misinformation are used.
`;

type ResistOptions = MethodOptions & EditsOptions & { readonly json?: true };

export const resist: DefineCommand = (program, cli) => {
  addMethodOptions(
    addChatOptions(
      addEditsOptions(
        program
          .command('resist')
          .description(
            'show how much it takes to flip a fact, what the edit survives, and from what size on a review sees it',
          )
          .argument('<model>', 'GGUF file or URI'),
      ),
    ),
  )
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: ResistOptions) => {
      const { method, layer, preset, json } = options;
      const given = [options.edits, options.prompt, options.subject, options.target, options.true];
      const asked = given.some((one) => one !== undefined);
      const edits = asked ? (await editsInput(options)).edits : undefined;
      const hyperparameters = await hyperparametersFrom(options);
      await cli.call('resist', { model, edits, method, layer, preset, hyperparameters }, json, render);
    });
};

function render({ method, facts, protocol }: Resisted, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [
      { head: 'fact' },
      { head: 'target' },
      ...['whole edit', 'steps', 'flips at', 'steps', 'edits', 'seen from', 'not at'].map(right),
      { head: 'survives' },
      { head: 'not' },
    ],
    facts.map((fact) => [
      short(visible(fact.edit.id), 30),
      short(visible(fact.edit.target.new), 20),
      ...cells(fact),
    ]),
  );
  const refused = facts.flatMap(({ edit, refused: why }) =>
    why === null ? [] : [`${visible(edit.id)}: ${visible(why)}\n`],
  );
  return [
    style.heading(`How facts resist, by ${method}`),
    table,
    '\n',
    ...refused,
    `${style.c.dim(protocol)}\n`,
  ].join('');
}

function cells({ refused, full, flipsAt, steps, edits, survives, seenFrom, unseenAt }: Resistance): string[] {
  if (refused !== null || full === null) return ['refused'];
  const norm = (value: number | null) => (value === null ? '–' : magnitude(value));
  const count = (value: number | null) => (value === null ? '–' : String(value));
  const types = (wanted: boolean) =>
    survives.flatMap(({ type, flips }) => (flips === wanted ? [type] : [])).join(', ') || '–';
  return [
    norm(full.relativeNorm),
    String(full.steps),
    norm(flipsAt),
    count(steps),
    count(edits),
    norm(seenFrom),
    norm(unseenAt),
    types(true),
    types(false),
  ];
}
