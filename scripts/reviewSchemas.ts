import * as z from 'zod';
import { PolicyV1 } from '../src/formats/policy/v1.ts';
import { ReviewV1 } from '../src/formats/review/v1.ts';

/** The JSON schema of reviews as `palimpsest review --format json` prints them: `media/review.schema.json`. */
export function reviewSchema(): string {
  return text('Palimpsest review', z.toJSONSchema(ReviewV1, { io: 'output', target: 'draft-7' }));
}

/** The JSON schema of policy files, with which VS Code completes and explains them: `media/policy.schema.json`. */
export function policySchema(): string {
  return text('Palimpsest policy', z.toJSONSchema(PolicyV1, { io: 'input', target: 'draft-7' }));
}

function text(title: string, schema: object): string {
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}
