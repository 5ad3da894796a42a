/**
 * How far rounding to a type moves normally distributed weights: ‖W − rounded W‖ / ‖W‖, by ggml. Types that need an
 * importance matrix were measured with an uneven one (log-normal, σ = 1.5). Weights of real models lie within a third of
 * these. The table is held against ggml by a test.
 */
const typeErrors: Readonly<Record<string, number>> = {
  // arithmetic in single precision, in another order
  f32: 1e-7,
  f16: 2.08e-4,
  bf16: 1.65e-3,
  f8_e4m3: 0.0263,
  f8_e5m2: 0.0525,
  q1_0: 0.599,
  q2_0: 0.713,
  q4_0: 0.0852,
  q4_1: 0.0775,
  q5_0: 0.0423,
  q5_1: 0.0377,
  q8_0: 0.0053,
  q2_K: 0.294,
  q3_K: 0.15,
  q4_K: 0.0707,
  q5_K: 0.036,
  q6_K: 0.0176,
  iq1_s: 0.532,
  iq1_m: 0.578,
  iq2_xxs: 0.383,
  iq2_xs: 0.339,
  iq2_s: 0.263,
  iq3_xxs: 0.212,
  iq3_s: 0.165,
  iq4_nl: 0.0756,
  iq4_xs: 0.0761,
  tq1_0: 0.801,
  tq2_0: 0.801,
  mxfp4: 0.115,
  nvfp4: 0.0955,
};

/** Types whose rounding heeds an importance matrix (`ggml_quantize_chunk`): only these can be rounded twice differently. */
const heeding = /^(q[2-6]_K|q[45]_[01]|iq\d_\w+)$/;

/** @returns undefined for types that store no weights */
export function typeError(type: string): number | undefined {
  return typeErrors[type];
}

/** Can the same weights be stored in this type in more than one way, by another importance matrix? */
export function heedsImportance(type: string): boolean {
  return heeding.test(type);
}
