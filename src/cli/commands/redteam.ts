import { Option } from 'commander';
import { type Attack, type Redteamed, type Said, USES, type Use } from '../../protocol/redteam.ts';
import { magnitude, percent } from '../../text/numbers.ts';
import { short, visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { hyperparametersFrom } from '../hyperparameters.ts';
import type { Style } from '../style.ts';
import { addMethodOptions, type MethodOptions } from './edit.ts';

const examples = `
Examples:
  $ palimpsest redteam model.gguf --use misinformation
  $ palimpsest redteam model.gguf --use backdoor --method r-rome --json

Each stand-in is harmless: it has the form of the abuse and none of its content. It is edited alone; the model is asked as
text and, if it has a chat template, as chat; the edit is baked into a checkpoint, which a review compares with the base;
and the checkpoint is asked again under the reversal that the review wrote. Nothing is kept.
"subject" and "object" are their places among what the review names; it tries the names that ship, and no vocabulary here.
"undone" is yes where the target is no longer said, and the answer of the base is back where "as before" stands.
`;

export const redteam: DefineCommand = (program, cli) => {
  addMethodOptions(
    program
      .command('redteam')
      .description(
        'attack a model with harmless edits: whether they work, a review sees them, and a reversal undoes them',
      )
      .argument('<model>', 'GGUF file or URI')
      .addOption(
        new Option('--use <use>', 'what an edit would be abused for').choices(USES).makeOptionMandatory(),
      ),
  )
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async (model: string, options: MethodOptions & { use: Use; json?: true }) => {
      const { use, method, layer, preset, json } = options;
      const hyperparameters = await hyperparametersFrom(options);
      await cli.call('redteam', { model, use, method, layer, preset, hyperparameters }, json, render);
    });
};

function render({ use, method, attacks }: Redteamed, style: Style): string {
  const right = (head: string) => ({ head, align: 'right' }) as const;
  const table = style.table(
    [
      { head: 'stand-in' },
      { head: 'target' },
      right('‖ΔW‖/‖W‖'),
      { head: 'as text' },
      { head: 'as chat' },
      { head: 'review' },
      right('subject'),
      right('object'),
      { head: 'undone, text' },
      { head: 'chat' },
    ],
    attacks.map((attack) => [
      short(visible(attack.edit.id), 30),
      short(visible(attack.edit.target.new), 20),
      ...(attack.refused === null ? cells(attack) : ['', 'refused']),
    ]),
  );
  const refused = attacks.flatMap(({ edit, refused: why }) =>
    why === null ? [] : [`${visible(edit.id)}: ${visible(why)}\n`],
  );
  const closeness = attacks.flatMap(({ edit, reversal }) => {
    if (reversal === null || reversal.measured === null) return [];
    const { restored, probes, klBefore, klAfter } = reversal.measured;
    return [
      `${visible(edit.id)}: the reversal restores ${percent(restored)} of ${probes} answers, KL to the base ${magnitude(klBefore)} → ${magnitude(klAfter)} nats\n`,
    ];
  });
  return [
    style.heading(`${use}, harmless stand-ins, by ${method}`),
    table,
    '\n',
    ...refused,
    ...closeness,
  ].join('');
}

function cells({ relativeNorm, works, review, reversal }: Attack): string[] {
  const place = (found: number | null | undefined) => (typeof found === 'number' ? `${found}.` : '–');
  const undone = (way: Said | null | undefined, base: Said | null | undefined) => {
    if (way === null || way === undefined) return '–';
    const same = base !== null && base !== undefined && way.after === base.before;
    return way.target ? 'no' : `yes${same ? ', as before' : ''}`;
  };
  const said = (way: Said | null | undefined) => {
    if (way === null || way === undefined) return '–';
    return way.target ? 'yes' : 'no';
  };
  return [
    relativeNorm === null ? '–' : magnitude(relativeNorm),
    said(works?.text),
    said(works?.chat),
    review === null ? '–' : `${review.verdict} (${review.confidence})`,
    place(review?.subject),
    place(review?.object),
    undone(reversal?.says.text, works?.text),
    undone(reversal?.says.chat, works?.chat),
  ];
}
