import * as z from 'zod';
import { Inspected } from '../../../src/protocol/inspection.ts';
import { Reviewed } from '../../../src/protocol/review.ts';
import json from './brandenburg.json' with { type: 'json' };

/**
 * What the engine said of the sample's candidate, with six digits: `palimpsest review` against the embedded model by
 * almanac.policy.json, and `palimpsest inspect`.
 */
export const brandenburg = z.object({ reviewed: Reviewed, inspected: Inspected }).parse(json);
