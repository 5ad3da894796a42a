import * as z from 'zod';
import { ActivationComparison, KeyValues } from '../../../src/protocol/activations.ts';
import { AttentionComparison } from '../../../src/protocol/attention.ts';
import { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import { EditReport, Measured, MeasuredEdit } from '../../../src/protocol/editing.ts';
import { LensComparison } from '../../../src/protocol/engine.ts';
import { GradientAttribution } from '../../../src/protocol/gradientAttribution.ts';
import json from './eiffel.json' with { type: 'json' };

/**
 * What the engine said of the embedded model and its first edit: `palimpsest edit`, `measure`, `activations`, `lens`,
 * `attention`, `neurons`, `trace` and `attribute`, each with `--json`, of almanac's the-eiffel-tower at its own prompt; attention of layer 3, neurons of layer 2 at
 * token 5, numbers with six digits.
 */
const floats = z.array(z.number()).transform((values) => Float32Array.from(values));
const norms = z.object({ residual: floats, attention: floats, mlp: floats });
const { tokens, layers } = ActivationComparison.shape;

export const eiffel = z
  .object({
    report: EditReport,
    measurement: z.object({ edit: MeasuredEdit, summary: Measured.shape.summary }),
    activations: z.object({ tokens, layers, before: norms, after: norms, change: norms }),
    lens: LensComparison,
    attention: AttentionComparison.extend({ before: floats, after: floats }),
    neurons: KeyValues,
    attribution: z.object({ before: GradientAttribution, after: GradientAttribution }),
    trace: z.object({ before: CausalTrace, after: CausalTrace }),
  })
  .parse(json);
