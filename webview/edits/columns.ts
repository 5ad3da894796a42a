import * as l10n from '@vscode/l10n';
import { COMPARED, type Compared, type ComparedEdit } from '../../src/protocol/editsTable.ts';
import { magnitude, share } from '../../src/text/numbers.ts';
import type { SortBy } from './tableRows.ts';

export interface Column {
  readonly by: SortBy;
  readonly title: string;
  readonly hint: string;
  readonly number: boolean;
  readonly text: (edit: ComparedEdit) => string;
}

const none = '–';

/** The columns of the table, in their order. A function, as the language is known only when the page has connected. */
export const columns = (): readonly Column[] => [
  {
    ...{ by: 'fact', title: l10n.t('Edit'), hint: l10n.t('Subject, current answer and new answer') },
    ...{ number: false, text: ({ fact }) => fact },
  },
  {
    ...{ by: 'state', title: l10n.t('State'), hint: l10n.t('Strength, or off') },
    ...{ number: false, text: ({ stateName }) => stateName },
  },
  {
    ...{ by: 'outcome', title: l10n.t('Outcome'), hint: l10n.t('Effect of the edit, by likeliest token') },
    ...{ number: false, text: outcomeText },
  },
  {
    ...{ by: 'layer', title: l10n.t('Layer'), hint: l10n.t('Counted from 0') },
    ...{ number: true, text: ({ layer }) => (layer === null ? none : String(layer)) },
  },
  {
    ...{ by: 'method', title: l10n.t('Method'), hint: l10n.t('How the weight was changed') },
    ...{ number: false, text: ({ method }) => method ?? none },
  },
  {
    ...{ by: 'relativeNorm', title: '‖ΔW‖/‖W‖', hint: l10n.t('How far the weight was moved (Frobenius)') },
    ...{ number: true, text: ({ relativeNorm }) => magnitude(relativeNorm) },
  },
  ...COMPARED.map((key) => ({
    ...{ by: key, ...names(key), number: true },
    text: ({ measured }: ComparedEdit) => {
      const value = measured?.values[key];
      return key === 'driftKl' ? magnitude(value) : share(value);
    },
  })),
];

/** The sentence, behind the word that another state was measured where one was. */
export function outcomeText({ measured }: ComparedEdit): string {
  if (measured === null) return l10n.t('not measured');
  const { outcome, otherState } = measured;
  return otherState === null ? outcome.sentence : `${otherState}: ${outcome.sentence}`;
}

const names = (key: Compared): Pick<Column, 'title' | 'hint'> =>
  ({
    es: { title: 'ES', hint: l10n.t('Efficacy: NLL(true) > NLL(new) on the edited prompt') },
    ps: { title: 'PS', hint: l10n.t('Paraphrases: NLL(true) > NLL(new)') },
    ns: { title: 'NS', hint: l10n.t('Neighborhood: NLL(true) < NLL(new)') },
    score: { title: 'S', hint: l10n.t('Score: 3 / (1/ES + 1/PS + 1/NS)') },
    esStrict: {
      title: l10n.t('ES strict'),
      hint: l10n.t('Efficacy by likeliest token: the model says the new answer'),
    },
    psStrict: {
      title: l10n.t('PS strict'),
      hint: l10n.t('Paraphrases by likeliest token: the model says the new answer'),
    },
    nsStrict: {
      title: l10n.t('NS strict'),
      hint: l10n.t('Neighborhood by likeliest token: the model says the true answer'),
    },
    driftKl: {
      title: l10n.t('Drift KL'),
      hint: l10n.t('Mean KL(before ‖ after) on control text, in nats'),
    },
  })[key];
