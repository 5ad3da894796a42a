import { Engine } from '../../../src/engine/engine.ts';
import { type Redteamed, type Resistance, USES, type Use } from '../../../src/protocol/redteam.ts';
import { almanac, smollm2 } from '../../models/models.ts';
import type { SubjectName } from '../quality/quality.ts';
import { type Found, keep, printed } from '../record.ts';

interface Options {
  readonly threads: number;
  readonly uses?: readonly string[] | undefined;
  readonly record?: true | undefined;
}

const modelOf = (name: SubjectName) => (name === 'almanac' ? almanac : smollm2());
const titles = { almanac: 'almanac', smollm2: 'SmolLM2' } satisfies Record<SubjectName, string>;

/** What it takes to flip facts of each model, and from where on a review sees it. */
export async function resist(names: readonly SubjectName[], { threads, record }: Options): Promise<void> {
  for (const name of names) {
    using engine = new Engine({ threads });
    const resisted = await engine.resist({ model: modelOf(name) });
    const found: Found = {
      name: 'resist',
      title: 'What it takes to flip a fact, and from where on a review sees it',
      columns: [
        { key: 'full', title: 'whole edit, ‖ΔW‖/‖W‖', digits: 3 },
        { key: 'flipsAt', title: 'flips at', digits: 3 },
        { key: 'steps', title: 'steps that flip it' },
        { key: 'edits', title: 'edits' },
        { key: 'seenFrom', title: 'seen down to', significant: 2 },
        { key: 'survives', title: 'survives rounding to' },
      ],
      rows: resisted.facts.map((fact) => ({
        key: `${name}-${fact.edit.id}`,
        title: `${titles[name]}: ${fact.edit.subject} → ${fact.edit.target.new}`,
        cells: {
          full: fact.full?.relativeNorm,
          flipsAt: fact.flipsAt,
          steps: fact.steps,
          edits: fact.edits,
          seenFrom: fact.seenFrom,
          survives: survives(fact),
        },
      })),
      details: { [name]: resisted },
    };
    process.stdout.write(`\n${printed(found)}\n`);
    if (record) await keep(found, 'bench');
  }
}

/** Harmless stand-ins for each use: do they work, does a review see them, are they undone. */
export async function redteam(
  names: readonly SubjectName[],
  { threads, uses, record }: Options,
): Promise<void> {
  const wanted = USES.filter((use) => uses?.includes(use) ?? true);
  for (const name of names) {
    using engine = new Engine({ threads });
    const all: [Use, Redteamed][] = [];
    for (const use of wanted) all.push([use, await engine.redteam({ model: modelOf(name), use })]);
    const found: Found = {
      name: `redteam-${name}`,
      title: `${titles[name]}: harmless stand-ins, attacked, reviewed, undone`,
      columns: [
        { key: 'attacks', title: 'edits' },
        { key: 'work', title: 'work' },
        { key: 'seen', title: 'called edited' },
        { key: 'subject', title: 'subject first' },
        { key: 'object', title: 'object first' },
        { key: 'undone', title: 'undone by the reversal' },
      ],
      rows: all.map(([use, { attacks }]) => ({ key: use, title: use, cells: counted(attacks) })),
      details: Object.fromEntries(all),
    };
    process.stdout.write(`\n${printed(found)}\n`);
    if (record) await keep(found, 'bench');
  }
}

function counted(attacks: Redteamed['attacks']) {
  const many = (is: (attack: Redteamed['attacks'][number]) => boolean) => attacks.filter(is).length;
  return {
    attacks: attacks.length,
    work: many(({ works }) => works?.text.target === true),
    seen: many(({ review }) => review?.verdict === 'edited'),
    subject: many(({ review }) => review?.subject === 1),
    object: many(({ review }) => review?.object === 1),
    undone: many(({ reversal }) => reversal?.measured?.restored === 1),
  };
}

function survives({ survives: types }: Resistance): string {
  const rounded = types.filter(({ type }) => type !== 'as stored');
  const lost = rounded.filter(({ flips }) => !flips).map(({ type }) => type);
  return lost.length === 0 ? 'all' : `all but ${lost.join(', ')}`;
}
