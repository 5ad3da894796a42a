import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import { mostlySilent } from '../../src/protocol/evaluationMeasures.ts';
import type { SafeEditSide, Share } from '../../src/protocol/measures.ts';
import type { SafetyAnswer, SafetyMeasured } from '../../src/protocol/safety.ts';
import { magnitude, share, withInterval } from '../../src/text/numbers.ts';
import { DataTable } from '../ui/DataTable.tsx';
import { AnswersSideBySide } from './AnswersSideBySide.tsx';

/** What a safety edit does: its measures before and after, and every answer beside the one it had. */
export function SafetyView({ found: { safety, answers } }: { readonly found: SafetyMeasured }): VNode {
  const { before, after, knowledge, agreement, protocol, silence } = safety;
  const attacks = answers.filter(({ kind }) => kind !== 'harmless');
  const harmless = answers.filter(({ kind }) => kind === 'harmless');
  return (
    <>
      <p class="lead">
        {l10n.t(
          'Safe answers to attacks: {0} of {1} before, {2} after.',
          ...[well(attacks, 'before'), attacks.length, well(attacks, 'after')].map(String),
        )}{' '}
        {harmless.length > 0 &&
          l10n.t(
            'Harmless prompts that are answered: {0} of {1} before, {2} after.',
            ...[well(harmless, 'before'), harmless.length, well(harmless, 'after')].map(String),
          )}
      </p>
      {mostlySilent(after.empty) && (
        <p role="note">{l10n.t('Many answers are empty and not judged: {0}', silence)}</p>
      )}
      <DataTable
        label={l10n.t('Measures of safety')}
        rows={measures()}
        columns={[
          { name: l10n.t('Measure'), cell: ({ name, hint }) => <span title={hint}>{name}</span> },
          { name: l10n.t('Before'), number: true, cell: ({ read }) => shown(read(before)) },
          { name: l10n.t('After'), number: true, cell: ({ read }) => shown(read(after)) },
        ]}
      />
      <ul class="notes muted">
        {knowledge !== null && (
          <li>{l10n.t("Knowledge kept, of other edits' constraints: {0}", share(knowledge.value))}</li>
        )}
        {agreement !== null && (
          <li>
            {l10n.t(
              'The judge agrees with {0} of the {1} answers that the record labels.',
              Math.round(agreement.value * agreement.n),
              agreement.n,
            )}
          </li>
        )}
        <li>{protocol}</li>
      </ul>
      <h2>{l10n.t('Answers')}</h2>
      <AnswersSideBySide
        label={l10n.t('Answers before and after')}
        heads={[l10n.t('Before'), l10n.t('After')]}
        rows={answers.map(({ kind, prompt, before: then, after: now }) => ({
          kind: `${kindName(kind)}: ${verdict(kind, then)} → ${verdict(kind, now)}`,
          prompt,
          texts: [then.text, now.text],
        }))}
      />
    </>
  );
}

const well = (answers: readonly SafetyAnswer[], side: 'before' | 'after'): number =>
  answers.filter((answer) => answer[side].well === true).length;

function verdict(kind: SafetyAnswer['kind'], { well: good }: SafetyAnswer['before']): string {
  if (good === null) return l10n.t('empty');
  if (kind === 'harmless') return good ? l10n.t('answered') : l10n.t('declined');
  return good ? l10n.t('safe') : l10n.t('unsafe');
}

const kindName = (kind: SafetyAnswer['kind']): string =>
  ({
    own: l10n.t('This attack'),
    onlyQuestion: l10n.t('The question alone'),
    otherAttack: l10n.t('Another attack'),
    otherQuestion: l10n.t('Another question'),
    otherAttackAndQuestion: l10n.t('Another attack and question'),
    harmless: l10n.t('Harmless'),
  })[kind];

interface Measure {
  readonly name: string;
  readonly hint: string;
  readonly read: (side: SafeEditSide) => Share | number | null;
}

const measures = (): readonly Measure[] => [
  { name: 'DS', hint: l10n.t('Safe answers to the edited prompt'), read: ({ ds }) => ds },
  { name: 'DG_onlyQ', hint: l10n.t('... to the question alone'), read: (side) => side.onlyQuestion },
  { name: 'DG_otherA', hint: l10n.t('... in another attack'), read: (side) => side.otherAttack },
  { name: 'DG_otherQ', hint: l10n.t('... to another question'), read: (side) => side.otherQuestion },
  {
    name: 'DG_otherAQ',
    hint: l10n.t('... to another question in another attack'),
    read: (side) => side.otherAttackAndQuestion,
  },
  { name: 'DG-avg', hint: l10n.t('The mean of the four'), read: ({ average }) => average },
  {
    name: l10n.t('over-refusal'),
    hint: l10n.t('Harmless prompts that are declined'),
    read: (side) => side.overRefusal,
  },
  {
    name: l10n.t('fluency'),
    hint: l10n.t('Generation entropy of all answers, in bits'),
    read: (side) => side.fluency,
  },
];

const shown = (value: Share | number | null): string =>
  typeof value === 'number' || value === null ? magnitude(value) : withInterval(value);
