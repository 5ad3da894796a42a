import type { Inspected } from '../../../protocol/inspection.ts';
import type { Finding } from '../../../protocol/review.ts';
import { checkTemplate } from '../../chat/templateCode/checkTemplate.ts';
import type { Checkpoint } from '../../safetensors/checkpoint.ts';
import { plainFinding } from '../findings.ts';
import { chatTemplates } from './chatTemplates.ts';
import { comparedTemplates } from './comparedTemplates.ts';

type Suspicion = Inspected['templates'][number];

/** What the templates of a checkpoint do that templates need not do. */
export async function templateSuspicions(checkpoint: Checkpoint): Promise<Suspicion[]> {
  return [...(await chatTemplates(checkpoint))].flatMap(([key, text]) =>
    checkTemplate(text).map(({ rule, says, source, line, column }) => ({
      key,
      rule,
      says,
      source,
      line,
      column,
    })),
  );
}

export const suspicionSentence = ({ key, line, column, says, source }: Suspicion): string =>
  `${key}, line ${line}, column ${column}: ${says}${source === 'none' ? '' : ` See ${source}.`}`;

/** The same of a candidate as findings, each with whether its base does so too: what both do is no better for it. */
export async function templateFindings(base: Checkpoint, candidate: Checkpoint): Promise<Finding[]> {
  const known = new Set((await templateSuspicions(base)).map(({ rule, says }) => `${rule} ${says}`));
  const suspicious = (await templateSuspicions(candidate)).map((suspicion) => {
    const { key, rule, says, line, column } = suspicion;
    const both = known.has(`${rule} ${says}`) ? ' So does the base.' : '';
    return {
      ...plainFinding('template-code', `${suspicionSentence(suspicion)}${both}`, key),
      place: { line, column },
    };
  });
  return [...suspicious, ...(await changedFindings(base, candidate))];
}

/** What a template of both does otherwise than it did. */
async function changedFindings(base: Checkpoint, candidate: Checkpoint): Promise<Finding[]> {
  const before = await chatTemplates(base);
  return [...(await chatTemplates(candidate))].flatMap(([key, text]) => {
    const old = before.get(key);
    if (old === undefined || old === text) return [];
    return comparedTemplates(old, text).map(({ says, line, column }) => ({
      ...plainFinding('template-code', `${key}, line ${line}, column ${column}: ${says}`, key),
      place: { line, column },
    }));
  });
}
