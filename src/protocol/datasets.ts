import * as l10n from '@vscode/l10n';

/**
 * The published data sets whose records become edits, each said once: the choices of `--format`, the editor's list and
 * documentation take them from here. How a record is read stands in `engine/datasets`, a file each.
 */
interface DatasetEntry {
  /** As the command line spells it. */
  readonly name: string;
  readonly title: string;
  /** Authors and year, arXiv number. */
  readonly paper: string;
  /** What it is published under. */
  readonly license: string;
  /** What a record has, for people who choose. */
  readonly shape: () => string;
  /** What of it is not imported. */
  readonly dropped: string;
}

export const DATASETS = [
  {
    name: 'counterfact',
    title: 'CounterFact',
    paper: 'Meng et al. 2022, arXiv 2202.05262',
    license: 'MIT',
    shape: () => l10n.t('A fact with paraphrases and neighbors'),
    dropped: 'generation and attribute prompts, relation and answer ids',
  },
  {
    name: 'zsre',
    title: 'zsRE',
    paper: 'Levy et al. 2017, arXiv 1706.04115; as selected by Mitchell et al. 2021, arXiv 2110.11309',
    license: 'MIT',
    shape: () => l10n.t('A question with a rephrasing and a question about something else'),
    dropped: '`cond` and `pred`, which repeat the rest',
  },
  {
    name: 'knowedit',
    title: 'KnowEdit',
    paper: 'Zhang et al. 2024, arXiv 2401.01286',
    license: 'MIT',
    shape: () => l10n.t('A fact with rephrasings, portability and locality; plain requests too'),
    dropped: 'records without a subject, a prompt or a new answer',
  },
  {
    name: 'mquake',
    title: 'MQuAKE',
    paper: 'Zhong et al. 2023, arXiv 2305.14795',
    license: 'none stated',
    shape: () => l10n.t('Edits with questions that follow from several of them'),
    dropped: 'the single hops, the answers before, aliases',
  },
  {
    name: 'rippleedits',
    title: 'RippleEdits',
    paper: 'Cohen et al. 2023, arXiv 2307.12976',
    license: 'MIT',
    shape: () => l10n.t('Edits with what should follow and what should stay'),
    dropped: 'all forms of a test but its first, conditions of tests',
  },
  {
    name: 'safeedit',
    title: 'SafeEdit',
    paper: 'Wang et al. 2024, arXiv 2403.14472',
    license: 'CC BY-NC-SA 4.0, on request',
    shape: () => l10n.t('Attacks with safe and unsafe answers'),
    dropped: 'categories and ids',
  },
] as const satisfies readonly DatasetEntry[];

/** The name of a data set, which is the form of its records. */
export type Format = (typeof DATASETS)[number]['name'];
export const FORMATS: readonly Format[] = DATASETS.map(({ name }) => name);
