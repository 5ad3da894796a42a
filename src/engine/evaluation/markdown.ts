import type { Evaluated } from '../../protocol/evaluation.ts';
import {
  measuresIn,
  protocolsOf,
  refusals,
  safetyNotes,
  shown,
  stoppedEarly,
} from '../../protocol/evaluationMeasures.ts';
import { markdown, markdownTable } from '../../text/markdown.ts';

/** The table for people, as Markdown. */
export function evaluationMarkdown(evaluated: Evaluated): string {
  const { methods, model, digest, edits, together, tool } = evaluated;
  const measures = measuresIn(methods);
  const table = markdownTable(
    [
      { name: 'method' },
      ...['layers', 'edits', ...measures.map(({ name }) => markdown(name))].map(
        (name) => ({ name, align: 'right' }) as const,
      ),
    ],
    methods.map((found) => [
      markdown(found.method),
      found.layers.join(', '),
      String(found.edits.length),
      ...measures.map(({ read }) => shown(read(found))),
    ]),
  );
  const stopped = stoppedEarly(methods).map((sentence) => `- ${markdown(sentence)}`);
  const refused = refusals(methods).map((sentence) => `- ${markdown(sentence)}`);
  const how = together ? 'all in one patch' : 'each computed, applied alone, measured and reverted';
  return [
    `# Editing methods on ${markdown(model.split(/[\\/]/).at(-1) ?? model)}`,
    '',
    `${edits} edits, ${how}; ${tool}; model ${digest}. Shares with their 95 % Wilson intervals over edits, S with a bootstrap interval.`,
    '',
    table,
    '',
    ...stopped,
    ...refused,
    ...safetyNotes(methods).map((note) => `- ${note}.`),
    ...protocolsOf(methods).map((protocol) => `- ${markdown(protocol)}`),
    '',
  ].join('\n');
}
