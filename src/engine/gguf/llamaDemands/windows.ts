import { names } from './architectures.ts';
import type { Demand, Facts } from './demand.ts';

/** Attention in windows, as `load_arch_hparams` of llama.cpp's `src/models/*.cpp` sets it up. */

/** `swa_type` is set whatever the file says of its window. */
const ALWAYS =
  names(`cohere2 cohere2moe dots3note exaone-moe gemma2 gemma3n gemma4 gpt-oss granite_swa maple mimo2
  muse-glimmer spark2_5 step35`);

/** Only where the file gives a window. */
const WHERE_GIVEN = names('afmoe gemma3 laguna mellum olmo2 plamo3 smallthinker');

/** `set_swa_pattern` with `dense_first`: the first layer of each round sees everything, elsewhere the last. */
const DENSE_FIRST = names('cohere2moe laguna smallthinker');

function hasWindows(facts: Facts): boolean {
  const window = facts.number('attention.sliding_window');
  if (facts.architecture === 'llama4') return window !== 0;
  return (
    ALWAYS.has(facts.architecture) ||
    (WHERE_GIVEN.has(facts.architecture) && window !== undefined && window > 0)
  );
}

/** Which layers see a window: an array says it of each, a number is the length of a round. */
function someLayerHasOne(facts: Facts): boolean {
  const each = facts.array('attention.sliding_window_pattern');
  if (each !== undefined) return each.head.slice(0, facts.layers).some((seen) => Number(seen) !== 0);
  // every default is a round of several layers
  const round = facts.number('attention.sliding_window_pattern') ?? 2;
  if (round === 0) return facts.layers > 0;
  return round > 1 && facts.layers > (DENSE_FIRST.has(facts.architecture) ? 1 : 0);
}

/** `GGML_ASSERT(hparams.is_swa_any())`, where the cache is made. */
export const windowsAreSomewhere: Demand = (facts) =>
  hasWindows(facts) && !someLayerHasOne(facts)
    ? `no layer has the window that "${facts.architecture}" gives some of them (${facts.key('attention.sliding_window_pattern')})`
    : undefined;
