import * as z from 'zod';
import { Policy, Reviewed } from '../src/protocol/review.ts';

/** The JSON schema of reviews as `palimpsest review --format json` prints them: `media/review.schema.json`. */
export function reviewSchema(): string {
  return text('Palimpsest review', z.toJSONSchema(Reviewed, { io: 'output', target: 'draft-7' }));
}

/** The JSON schema of policy files, with which VS Code completes and explains them: `media/policy.schema.json`. */
export function policySchema(): string {
  return text('Palimpsest policy', z.toJSONSchema(Policy, { io: 'input', target: 'draft-7' }));
}

function text(title: string, schema: object): string {
  return `${JSON.stringify({ title, ...schema }, null, 2)}\n`;
}
