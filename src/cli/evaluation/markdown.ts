import type { Evaluated, EvaluatedMethod } from '../../protocol/evaluation.ts';
import { markdown, markdownTable } from '../../text/markdown.ts';
import { magnitude, withInterval } from '../../text/numbers.ts';
import { measuresIn, protocolsOf, safetyNotes } from './measures.ts';

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

/** A sentence for each sequence that ended before its last edit. */
export function stoppedEarly(methods: readonly EvaluatedMethod[]): string[] {
  return methods.flatMap(({ method, stopped, asked, edits }) =>
    stopped === null
      ? []
      : [`${method} stopped after ${edits.length} of ${asked} edits: ${stopped.replace(/\.$/, '')}.`],
  );
}

/** A sentence for each method that could not make some of the edits. */
export function refusals(methods: readonly EvaluatedMethod[]): string[] {
  return methods.flatMap(({ method, refused: [first, ...others] }) =>
    first === undefined
      ? []
      : [`${method} could not make ${others.length + 1} of them, which count as unedited: ${first.reason}`],
  );
}

export function shown(value: ReturnType<ReturnType<typeof measuresIn>[number]['read']>): string {
  if (value === null) return '';
  if (typeof value === 'number') return magnitude(value);
  return withInterval(value);
}
