import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Resistance, Resisted } from '../../src/protocol/redteam.ts';
import { magnitude } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { DataTable, type TableColumn } from '../ui/DataTable.tsx';

/** How much it takes to flip facts, what the edits survive, and from where on a review sees them. */
export function ResistView({ found: { facts, protocol } }: { readonly found: Resisted }): VNode {
  const flipped = facts.filter(({ flipsAt }) => flipsAt !== null);
  const unseen = flipped.filter(
    ({ flipsAt, seenFrom }) => flipsAt !== null && (seenFrom === null || flipsAt < seenFrom),
  );
  return (
    <>
      <p class="lead">
        {l10n.t(
          '{0} of {1} facts flip; {2} of them by less than a review calls an edit.',
          flipped.length,
          facts.length,
          unseen.length,
        )}
      </p>
      <DataTable label={l10n.t('Facts and their resistance')} rows={facts} columns={columns()} />
      <ul class="notes">
        {facts.flatMap(({ edit, refused }) =>
          refused === null ? [] : [<li key={edit.id}>{`${visible(edit.id)}: ${refused}`}</li>],
        )}
      </ul>
      <p class="muted prose">{protocol}</p>
    </>
  );
}

const count = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : String(value);

const columns = (): readonly TableColumn<Resistance>[] => [
  { name: l10n.t('Fact'), cell: ({ edit }) => visible(edit.id) },
  { name: l10n.t('Target'), cell: ({ edit }) => visible(edit.target.new) },
  {
    name: l10n.t('Whole edit'),
    hint: l10n.t('‖ΔW‖ / ‖W‖ of the edit as the method makes it'),
    number: true,
    cell: ({ full }) => magnitude(full?.relativeNorm),
  },
  {
    name: l10n.t('Flips at'),
    hint: l10n.t('The smallest change along the edit that flips the fact, as ‖ΔW‖ / ‖W‖'),
    number: true,
    cell: ({ flipsAt }) => magnitude(flipsAt),
  },
  {
    name: l10n.t('Seen from'),
    hint: l10n.t('The smallest change tried that a review calls an edit'),
    number: true,
    cell: ({ seenFrom }) => magnitude(seenFrom),
  },
  {
    name: l10n.t('Not at'),
    hint: l10n.t('The largest change below it that a review does not call an edit'),
    number: true,
    cell: ({ unseenAt }) => magnitude(unseenAt),
  },
  {
    name: l10n.t('Steps'),
    hint: l10n.t('The fewest gradient steps that flip the fact, of those the edit takes'),
    number: true,
    cell: ({ steps, full }) => `${count(steps)} / ${count(full?.steps)}`,
  },
  {
    name: l10n.t('Edits'),
    hint: l10n.t('Edits of this fact, one on top of the other, that flip it'),
    number: true,
    cell: ({ edits }) => count(edits),
  },
  { name: l10n.t('Survives'), cell: (fact) => typesOf(fact, true) },
  { name: l10n.t('Does not survive'), cell: (fact) => typesOf(fact, false) },
];

const typesOf = ({ survives }: Resistance, wanted: boolean): string =>
  survives.flatMap(({ type, flips }) => (flips === wanted ? [type] : [])).join(', ') || '–';
