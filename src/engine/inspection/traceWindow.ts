/** ROME's: 10 layers of GPT-2 XL's 48. */
const usualShare = 10 / 48;

/** How many layers of a model are restored together where nobody says. */
export const usualWindow = (layers: number): number => Math.max(1, Math.round(usualShare * layers));

/**
 * The first layer of the window around one, and the one behind its last, as in ROME's `causal_trace.py`: an even window
 * has one layer more before than behind.
 */
export function layersAround(layer: number, window: number, layers: number): [first: number, end: number] {
  return [Math.max(0, layer - Math.floor(window / 2)), Math.min(layers, layer + Math.ceil(window / 2))];
}
