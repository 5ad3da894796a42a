/** The streams whose norms are read: the residual stream after a layer, and what the layer adds to it. */
export const STREAMS = ['residual', 'attention', 'mlp'] as const;
export type Stream = (typeof STREAMS)[number];
