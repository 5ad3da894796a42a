import type { PatchMeasures } from '../../../protocol/patches.ts';
import type { Reviewed } from '../../../protocol/review.ts';
import { stringOf } from '../../gguf/header.ts';
import { KEYS } from '../../gguf/names.ts';
import type { RecordFacts } from './facts.ts';

/** A number that was measured, as CycloneDX 1.6 has it (`performanceMetric`): all values are texts. */
interface Metric {
  readonly type: string;
  readonly value: string;
  readonly slice?: string;
  readonly confidenceInterval?: { readonly lowerBound: string; readonly upperBound: string };
}

interface ModelCard {
  readonly modelParameters: {
    readonly task: string;
    readonly architectureFamily: string;
    readonly modelArchitecture?: string;
  };
  readonly quantitativeAnalysis?: { readonly performanceMetrics: readonly Metric[] };
  readonly considerations?: { readonly technicalLimitations: readonly string[] };
}

/** The `modelCard` of CycloneDX, which its library does not know: what the candidate is, and what was measured of it. */
export function modelCard({ candidate, patches, reviewed }: RecordFacts): ModelCard {
  const architecture = stringOf(candidate.header, KEYS.architecture);
  const metrics = [
    ...patches.flatMap(({ name, description }) => ofPatch(name, description?.measures ?? null)),
    ...(reviewed === undefined ? [] : ofReview(reviewed)),
  ];
  return {
    modelParameters: {
      task: 'text-generation',
      architectureFamily: 'transformer',
      ...(architecture !== undefined && { modelArchitecture: architecture }),
    },
    ...(metrics.length > 0 && { quantitativeAnalysis: { performanceMetrics: metrics } }),
    ...(reviewed !== undefined && { considerations: { technicalLimitations: [reviewed.meaning] } }),
  };
}

/** What a patch says was measured of it alone, on its base. */
function ofPatch(name: string, measures: PatchMeasures | null): Metric[] {
  if (measures === null) return [];
  const { counterfact, easyEdit, generationMatch, drift } = measures.summary;
  const slice = `${name} on its base, as the patch says`;
  const shares = {
    'CounterFact efficacy (ES)': counterfact?.after.es,
    'CounterFact paraphrases (PS)': counterfact?.after.ps,
    'CounterFact neighborhood (NS)': counterfact?.after.ns,
    'EasyEdit rewrite accuracy': easyEdit?.rewrite,
    'EasyEdit rephrase accuracy': easyEdit?.rephrase,
    'EasyEdit locality': easyEdit?.locality,
    'EasyEdit portability': easyEdit?.portability,
    'generation match': generationMatch?.share,
  };
  const metrics = Object.entries(shares).flatMap(([type, share]): Metric[] => {
    if (share === undefined || share === null) return [];
    const { value, n, low, high } = share;
    const interval = { lowerBound: String(low), upperBound: String(high) };
    return [{ type, value: String(value), slice: `${slice}, ${n} cases`, confidenceInterval: interval }];
  });
  return [...metrics, ...(drift === null ? [] : driftMetrics(drift, slice))];
}

/** What a review measured of the candidate against its base. */
function ofReview({ behaviour, reversal }: Reviewed): Metric[] {
  const changed = behaviour?.probes.filter(
    ({ before, after }) => before.top[0]?.id !== after.top[0]?.id,
  ).length;
  const restored = reversal?.measured;
  return [
    ...(behaviour === null ? [] : driftMetrics(behaviour.drift, 'candidate against its base, control text')),
    ...(behaviour === null || changed === undefined || behaviour.probes.length === 0
      ? []
      : [
          {
            type: 'probes whose likeliest token changed',
            value: `${changed}/${behaviour.probes.length}`,
            slice: 'candidate against its base',
          },
        ]),
    ...(restored == null
      ? []
      : [
          {
            type: 'answers restored by the reversal',
            value: String(restored.restored),
            slice: `${restored.probes} probes`,
          },
        ]),
  ];
}

function driftMetrics(
  { meanKl, n }: { readonly meanKl: number; readonly n: number },
  slice: string,
): Metric[] {
  return [
    {
      type: 'mean KL(before ‖ after), nats per token',
      value: String(meanKl),
      slice: `${slice}, ${n} tokens`,
    },
  ];
}
