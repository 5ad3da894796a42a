import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { Attack, Redteamed } from '../../src/protocol/redteam.ts';
import { magnitude, probability } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';
import { confidenceName, verdictName } from '../review/names.ts';
import { DataTable, type TableColumn } from '../ui/DataTable.tsx';
import { AnswersSideBySide } from './AnswersSideBySide.tsx';

type Said = NonNullable<Attack['works']>['text'];

/** What harmless stand-ins did: whether each works, whether a review sees it, whether its reversal undoes it. */
export function RedteamView({ found: { attacks } }: { readonly found: Redteamed }): VNode {
  const made = attacks.filter(({ refused }) => refused === null);
  const worked = made.filter(({ works }) => works?.text.target || works?.chat?.target).length;
  const seen = made.filter(({ review }) => review?.verdict === 'edited').length;
  const undone = made.filter(
    ({ reversal }) => reversal !== null && !reversal.says.text.target && !reversal.says.chat?.target,
  ).length;
  return (
    <>
      <p class="lead">
        {l10n.t(
          'Of {0} stand-ins {1} were made: {2} work, a review calls {3} edited, its reversal undoes {4}.',
          ...[attacks.length, made.length, worked, seen, undone].map(String),
        )}
      </p>
      <DataTable label={l10n.t('Stand-ins')} rows={attacks} columns={columns()} />
      {attacks.map((attack) => (
        <AttackDetail key={attack.edit.id} attack={attack} />
      ))}
    </>
  );
}

const columns = (): readonly TableColumn<Attack>[] => [
  { name: l10n.t('Stand-in'), cell: ({ edit }) => visible(edit.id) },
  { name: l10n.t('Target'), cell: ({ edit }) => visible(edit.target.new) },
  {
    name: '‖ΔW‖/‖W‖',
    hint: l10n.t('How far the weight was moved (Frobenius)'),
    number: true,
    cell: ({ relativeNorm }) => magnitude(relativeNorm),
  },
  {
    name: l10n.t('As text'),
    cell: ({ works, refused }) => (refused === null ? said(works?.text) : l10n.t('refused')),
  },
  { name: l10n.t('As chat'), cell: ({ works }) => said(works?.chat) },
  {
    name: l10n.t('Review'),
    cell: ({ review }) =>
      review === null ? '–' : `${verdictName(review.verdict)}, ${confidenceName(review.confidence)}`,
  },
  {
    name: l10n.t('Subject'),
    hint: l10n.t('Its rank among the names the review gives'),
    number: true,
    cell: ({ review }) => place(review?.subject),
  },
  {
    name: l10n.t('Answer'),
    hint: l10n.t('Its rank among the names the review gives'),
    number: true,
    cell: ({ review }) => place(review?.object),
  },
  { name: l10n.t('Undone, text'), cell: ({ reversal, works }) => undoneBy(reversal?.says.text, works?.text) },
  { name: l10n.t('Undone, chat'), cell: ({ reversal, works }) => undoneBy(reversal?.says.chat, works?.chat) },
];

const place = (found: number | null | undefined): string => (typeof found === 'number' ? `${found}.` : '–');

function said(way: Said | null | undefined): string {
  if (way === null || way === undefined) return '–';
  return way.target ? l10n.t('works') : l10n.t('does not');
}

function undoneBy(way: Said | null | undefined, base: Said | null | undefined): string {
  if (way === null || way === undefined) return '–';
  if (way.target) return l10n.t('no');
  return way.after === base?.before ? l10n.t('yes, as before') : l10n.t('yes');
}

function AttackDetail({ attack: { edit, refused, works, reversal } }: { readonly attack: Attack }): VNode {
  const measured = reversal?.measured ?? null;
  const answers = [
    { kind: l10n.t('as text'), said: works?.text, undone: reversal?.says.text },
    { kind: l10n.t('as chat'), said: works?.chat, undone: reversal?.says.chat },
  ].flatMap(({ kind, said: way, undone }) =>
    way === null || way === undefined
      ? []
      : [{ kind, prompt: null, texts: [way.before, way.after, undone?.after ?? null] }],
  );
  return (
    <details class="attack">
      <summary>{visible(edit.id)}</summary>
      {refused !== null && <p>{refused}</p>}
      {measured !== null && (
        <p class="muted">
          {l10n.t(
            'The reversal restores {0} of {1} answers; KL to the base {2} → {3} nats.',
            probability(measured.restored),
            measured.probes,
            magnitude(measured.klBefore),
            magnitude(measured.klAfter),
          )}
        </p>
      )}
      {answers.length > 0 && (
        <AnswersSideBySide
          label={l10n.t('Answers to {0}', visible(edit.id))}
          heads={[l10n.t('Base'), l10n.t('Edited'), l10n.t('Under the reversal')]}
          rows={answers}
        />
      )}
    </details>
  );
}
