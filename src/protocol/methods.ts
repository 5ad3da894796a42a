/**
 * The editing methods, each said once: schemas, settings, the command line's help, completion and documentation take
 * them from here. Plain data, which costs nothing to load.
 */

/**
 * What a method computes: `rank-one` one fact in closed form, `batch` many facts in closed form, `fine-tune` one fact by
 * training the layer, `gradient` many facts by one gradient of each, `adapter` all facts by training low-rank factors, `safety` one answer by training the layer,
 * `preview` one fact without a gradient, `in-context` nothing: the fact stands in the prompt, to compare with.
 */
type Kind = 'rank-one' | 'batch' | 'fine-tune' | 'gradient' | 'adapter' | 'safety' | 'preview' | 'in-context';

interface MethodEntry {
  /** As files and the command line spell it. */
  readonly name: string;
  readonly title: string;
  readonly kind: Kind;
  /** A sentence for people who choose. */
  readonly summary: string;
  /** Authors and year, arXiv number. */
  readonly paper: string;
  /** What it cannot do. */
  readonly limits: string;
  /** Of batch methods: whether several layers are written. */
  readonly spreads?: boolean;
  /** Whether of those only the first and the last are, each with values of its own. */
  readonly boundary?: true;
}

const entries = [
  {
    name: 'rome',
    title: 'ROME',
    kind: 'rank-one',
    summary: "ROME as released: keys averaged over beginnings, divided by the plain prompt's own.",
    paper: 'Meng et al. 2022, arXiv 2202.05262',
    limits: 'Two different keys meet in its formula, which makes some edits collapse.',
  },
  {
    name: 'r-rome',
    title: 'R-ROME',
    kind: 'rank-one',
    summary: 'R-ROME: the averaged key everywhere.',
    paper: 'Gupta et al. 2024, arXiv 2403.07175',
    limits: 'A subject that opens its prompt has a key far from the average, and is edited less exactly.',
  },
  {
    name: 'rome-several-keys',
    title: 'ROME over several keys',
    kind: 'rank-one',
    summary: 'ROME over the key of every beginning: the default of edits that name no method.',
    paper: 'after Meng et al. 2022, arXiv 2202.05262',
    limits: 'One fact at a time.',
  },
  {
    name: 'memit',
    title: 'MEMIT',
    kind: 'batch',
    spreads: true,
    summary: 'MEMIT: all edits of the file at once, spread over several layers.',
    paper: 'Meng et al. 2023, arXiv 2210.07229',
    limits: 'A batch knows nothing of the batches before it, so that long sequences collapse.',
  },
  {
    name: 'alphaedit',
    title: 'AlphaEdit',
    kind: 'batch',
    spreads: true,
    summary: 'AlphaEdit: as MEMIT, in directions that the model hardly uses; many edits in a row.',
    paper: 'Fang et al. 2025, arXiv 2410.02355',
    limits: 'Once the edits fill the null space of a small model, they disturb each other.',
  },
  {
    name: 'emmet',
    title: 'EMMET',
    kind: 'batch',
    spreads: false,
    summary: 'EMMET: all edits at once in one layer, each met exactly.',
    paper: 'Gupta et al. 2024, arXiv 2403.14236',
    limits: 'With many edits, or keys that are alike, the exact answer takes a large change.',
  },
  {
    name: 'memit-blue',
    title: 'MEMIT-BLUE',
    kind: 'batch',
    spreads: true,
    boundary: true,
    summary: 'BLUE over MEMIT: the first and the last layer alone, each with values found in it.',
    paper: 'Li et al. 2025, arXiv 2502.03748',
    limits: 'Values are found twice, the second time on top of what the first layer got.',
  },
  {
    name: 'alphaedit-blue',
    title: 'AlphaEdit-BLUE',
    kind: 'batch',
    spreads: true,
    boundary: true,
    summary: 'BLUE over AlphaEdit: the first and the last layer alone, each with values found in it.',
    paper: 'Li et al. 2025, arXiv 2502.03748',
    limits: 'Values are found twice; once the edits fill the null space, they disturb each other.',
  },
  {
    name: 'sphere',
    title: 'SPHERE',
    kind: 'batch',
    spreads: true,
    summary: "SPHERE: AlphaEdit, with less of the change along the weights' own principal directions.",
    paper: 'Liu et al. 2025, arXiv 2510.01172',
    limits: 'What is taken away along those directions is missing at the keys that lie in them.',
  },
  {
    name: 'suit',
    title: 'SUIT',
    kind: 'batch',
    spreads: true,
    summary: 'SUIT: AlphaEdit with keys of what is the subject’s own, and values of two directions.',
    paper: 'Park et al. 2025, arXiv 2509.24502',
    limits: 'Nothing but the two directions holds what else is said of the subject.',
  },
  {
    name: 'ft-l',
    title: 'FT-L',
    kind: 'fine-tune',
    summary: 'FT-L: fine-tuning of the layer, each weight kept within a bound; for comparison.',
    paper: 'Zhu et al. 2020, arXiv 2012.00363',
    limits: 'Nothing in its loss speaks of other facts, unless they are protected.',
  },
  {
    name: 'ft-m',
    title: 'FT-M',
    kind: 'fine-tune',
    summary: 'FT-M: fine-tuning of the layer on the target tokens; for comparison.',
    paper: 'Zhang et al. 2024, arXiv 2401.01286',
    limits: 'Nothing in its loss speaks of other facts, unless they are protected.',
  },
  {
    name: 'ultraedit',
    title: 'UltraEdit',
    kind: 'gradient',
    summary: 'UltraEdit: one gradient of each edit and a closed form; no subject and no search.',
    paper: 'Gu et al. 2025, arXiv 2505.14679',
    limits: 'It norms over the edits, so that few of them are met badly; one rate has to serve all.',
  },
  {
    name: 'lora',
    title: 'LoRA',
    kind: 'adapter',
    summary: 'LoRA: low-rank fine-tuning of the layer and those above on all edits; for comparison.',
    paper: 'Hu et al. 2022, arXiv 2106.09685',
    limits: 'Every layer above may change, and what is added belongs to all edits together.',
  },
  {
    name: 'dinm',
    title: 'DINM',
    kind: 'safety',
    summary: 'DINM: makes a safe answer likelier in the layer where safe and unsafe answers differ most.',
    paper: 'Wang et al. 2024, arXiv 2403.14472',
    limits: 'It cannot tell what is unsafe; what it carries over to other questions has to be measured.',
  },
  {
    name: 'donor',
    title: 'Donor',
    kind: 'preview',
    summary: 'Donor: the value of another subject that has the new answer; a preview without any gradient.',
    paper: 'of this tool',
    limits:
      'It cannot make an answer that no subject of the model has; all that the donors share comes along.',
  },
  {
    name: 'ike',
    title: 'IKE',
    kind: 'in-context',
    summary: 'IKE: the fact in the prompt, behind demonstrations of other facts.',
    paper: 'Zheng et al. 2023, arXiv 2305.12740',
    limits: 'Nothing is edited: the prompt has to be sent each time.',
  },
  {
    name: 'ice',
    title: 'ICE',
    kind: 'in-context',
    summary: 'ICE: the fact alone in the prompt.',
    paper: 'Cohen et al. 2023, arXiv 2307.12976',
    limits: 'Nothing is edited: the prompt has to be sent each time.',
  },
] as const satisfies readonly MethodEntry[];

type Entry = (typeof entries)[number];

/** The names of the methods of a kind. */
export type NameOf<K extends Kind> = Extract<Entry, { readonly kind: K }>['name'];

/** The names of the methods of some kinds, in their order. */
export const methodsOf = <K extends Kind>(...kinds: readonly K[]) =>
  entries.flatMap((entry) => (kinds.some((kind) => kind === entry.kind) ? [entry.name] : [])) as NameOf<K>[];

/** What can be evaluated: the editing methods, and what only stands in the prompt. */
export type EvaluatedName = Entry['name'];
/** A method that makes a patch. */
export type Method = Exclude<EvaluatedName, NameOf<'in-context'>>;

/** The methods that edit many facts at once, in closed form. */
export const BATCH_METHODS = methodsOf('batch');
/** The methods that put the fact into the context, and change no weight. */
export const IN_CONTEXT = methodsOf('in-context');
/** The editing methods, in the order in which people are offered them. */
export const METHODS: readonly Method[] = methodsOf(
  ...(['rank-one', 'batch', 'fine-tune', 'gradient', 'adapter', 'safety', 'preview'] as const),
);
export const EVALUATED: readonly EvaluatedName[] = entries.map(({ name }) => name);

/** What edits are made by that name no method. */
export const defaultMethod: Method = 'rome-several-keys';

/** What is known of a method. */
export function methodEntry(name: EvaluatedName): MethodEntry {
  const entry = entries.find((candidate) => candidate.name === name);
  if (entry === undefined) throw new Error(`no method ${name}`);
  return entry;
}

/** Which of some methods a name is, where it is one of them. */
export function isOneOf<Name extends string>(names: readonly Name[], name: string): name is Name {
  return names.some((one) => one === name);
}
