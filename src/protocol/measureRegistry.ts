import type { Share, Summary } from './measures.ts';

/**
 * The headline measures of edits, each said once: `--require`, tables, evaluations, their columns and documentation take
 * them from here. What a measure is computed from stands in `engine/measures`, a file a protocol.
 */

/** A share with its interval, or a number; null where nothing was measured. */
export type MeasureValue = Share | number | null;

export interface MeasureEntry {
  /** As `--require` and the columns of an evaluation spell it. */
  readonly key: string;
  /** As papers name it. */
  readonly name: string;
  /** What it says, in a few words. */
  readonly meaning: string;
  readonly unit: 'share' | 'nats' | 'bits' | 'tokens';
  /** Which direction is good. */
  readonly better: 'higher' | 'lower';
  /** The published protocol, in its own words; null where nothing was measured. */
  readonly protocol: (summary: Summary) => string | null;
  /** Of the unedited model, where the measure has a "before". */
  readonly before?: (summary: Summary) => MeasureValue;
  readonly after: (summary: Summary) => MeasureValue;
}

const byCounterfact = ({ counterfact }: Summary) => counterfact?.protocol ?? null;
const byStrict = ({ strict }: Summary) => strict?.protocol ?? null;
const byEasyEdit = ({ easyEdit }: Summary) => easyEdit?.protocol ?? null;
const byDrift = ({ drift }: Summary) => drift?.protocol ?? null;

/** In the order in which tables show them. */
export const MEASURES: readonly MeasureEntry[] = [
  {
    key: 'es',
    name: 'ES',
    meaning: 'efficacy',
    unit: 'share',
    better: 'higher',
    protocol: byCounterfact,
    before: ({ counterfact }) => counterfact?.before.es ?? null,
    after: ({ counterfact }) => counterfact?.after.es ?? null,
  },
  {
    key: 'ps',
    name: 'PS',
    meaning: 'paraphrases',
    unit: 'share',
    better: 'higher',
    protocol: byCounterfact,
    before: ({ counterfact }) => counterfact?.before.ps ?? null,
    after: ({ counterfact }) => counterfact?.after.ps ?? null,
  },
  {
    key: 'ns',
    name: 'NS',
    meaning: 'neighborhood',
    unit: 'share',
    better: 'higher',
    protocol: byCounterfact,
    before: ({ counterfact }) => counterfact?.before.ns ?? null,
    after: ({ counterfact }) => counterfact?.after.ns ?? null,
  },
  {
    key: 'score',
    name: 'S',
    meaning: 'harmonic mean',
    unit: 'share',
    better: 'higher',
    protocol: byCounterfact,
    before: ({ counterfact }) => counterfact?.before.score ?? null,
    after: ({ counterfact }) => counterfact?.after.score ?? null,
  },
  {
    key: 'esStrict',
    name: 'ES strict',
    meaning: 'the new answer is the likeliest',
    unit: 'share',
    better: 'higher',
    protocol: byStrict,
    before: ({ strict }) => strict?.before.es ?? null,
    after: ({ strict }) => strict?.after.es ?? null,
  },
  {
    key: 'psStrict',
    name: 'PS strict',
    meaning: 'the same on paraphrases',
    unit: 'share',
    better: 'higher',
    protocol: byStrict,
    before: ({ strict }) => strict?.before.ps ?? null,
    after: ({ strict }) => strict?.after.ps ?? null,
  },
  {
    key: 'nsStrict',
    name: 'NS strict',
    meaning: 'the true answer is the likeliest on neighbors',
    unit: 'share',
    better: 'higher',
    protocol: byStrict,
    before: ({ strict }) => strict?.before.ns ?? null,
    after: ({ strict }) => strict?.after.ns ?? null,
  },
  {
    key: 'scoreStrict',
    name: 'S strict',
    meaning: 'their harmonic mean',
    unit: 'share',
    better: 'higher',
    protocol: byStrict,
    before: ({ strict }) => strict?.before.score ?? null,
    after: ({ strict }) => strict?.after.score ?? null,
  },
  {
    key: 'generationMatch',
    name: 'generation match',
    meaning: 'the new answer is generated',
    unit: 'share',
    better: 'higher',
    protocol: ({ generationMatch }) => generationMatch?.protocol ?? null,
    after: ({ generationMatch }) => generationMatch?.share ?? null,
  },
  {
    key: 'chatMatch',
    name: 'chat match',
    meaning: 'the new answer is given as chat',
    unit: 'share',
    better: 'higher',
    protocol: ({ chatMatch }) => chatMatch?.protocol ?? null,
    after: ({ chatMatch }) => chatMatch?.share ?? null,
  },
  {
    key: 'textMatch',
    name: 'text match',
    meaning: 'the new answer is given as text',
    unit: 'share',
    better: 'higher',
    protocol: ({ textMatch }) => textMatch?.protocol ?? null,
    after: ({ textMatch }) => textMatch?.share ?? null,
  },
  {
    key: 'rewrite',
    name: 'rewrite',
    meaning: 'accuracy on the edited prompt',
    unit: 'share',
    better: 'higher',
    protocol: byEasyEdit,
    after: ({ easyEdit }) => easyEdit?.rewrite ?? null,
  },
  {
    key: 'rephrase',
    name: 'rephrase',
    meaning: 'accuracy on paraphrases',
    unit: 'share',
    better: 'higher',
    protocol: byEasyEdit,
    after: ({ easyEdit }) => easyEdit?.rephrase ?? null,
  },
  {
    key: 'locality',
    name: 'locality',
    meaning: 'unchanged tokens elsewhere',
    unit: 'share',
    better: 'higher',
    protocol: byEasyEdit,
    after: ({ easyEdit }) => easyEdit?.locality ?? null,
  },
  {
    key: 'portability',
    name: 'portability',
    meaning: 'what follows from the fact',
    unit: 'share',
    better: 'higher',
    protocol: byEasyEdit,
    after: ({ easyEdit }) => easyEdit?.portability ?? null,
  },
  {
    key: 'driftKl',
    name: 'drift KL',
    meaning: 'nats a token of control text',
    unit: 'nats',
    better: 'lower',
    protocol: byDrift,
    after: ({ drift }) => drift?.meanKl ?? null,
  },
  {
    key: 'perplexity',
    name: 'perplexity',
    meaning: 'of control text',
    unit: 'tokens',
    better: 'lower',
    protocol: byDrift,
    before: ({ drift }) => drift?.perplexityBefore ?? null,
    after: ({ drift }) => drift?.perplexityAfter ?? null,
  },
  {
    key: 'fluency',
    name: 'fluency',
    meaning: 'entropy of generated text',
    unit: 'bits',
    better: 'higher',
    protocol: ({ fluency }) => fluency?.after.protocol ?? null,
    before: ({ fluency }) => fluency?.before.entropy ?? null,
    after: ({ fluency }) => fluency?.after.entropy ?? null,
  },
];

/** The number of a value: a share's own. */
export function numberOf(value: MeasureValue): number | null {
  return typeof value === 'object' ? (value?.value ?? null) : value;
}

/** The protocols behind a summary's numbers, each once. */
export function protocolsIn(summary: Summary): string[] {
  return [...new Set(MEASURES.flatMap(({ protocol }) => protocol(summary) ?? []))];
}
