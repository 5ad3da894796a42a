import * as z from 'zod';
import { EditsV1 } from '../src/formats/edits/v1.ts';
import { METHODS, methodEntry } from '../src/protocol/methods.ts';

/**
 * The schema that VS Code completes and explains edits files with: `media/edits.editor.schema.json`. It objects to
 * nothing, since the extension's own check says each problem once, in words that tell what to do, with its remedies.
 */
export function editorSchema(): string {
  const schema = z.toJSONSchema(EditsV1, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Palimpsest edits', ...tolerant(schema, '') }, null, 2)}\n`;
}

const Parts = z.record(z.string(), z.unknown());
const constraints = /^(additionalProperties|required|pattern|minimum|maximum|maxItems|maxLength)$/;
/** What is inserted for a text, since a type would be an objection. */
const quotes = [{ label: '""', body: '$1' }];

/** A part of the schema without what it forbids. @param name the key that it is the value of */
function tolerant(part: unknown, name: string): Record<string, unknown> {
  const { type, enum: choice, const: constant, properties, items, anyOf, ...rest } = Parts.parse(part);
  const forms = z.array(Parts).optional().parse(anyOf);
  const isText = [type, ...(forms ?? []).map((form) => form['type'])].includes('string');
  const kept = Object.entries(rest).filter(([key]) => !constraints.test(key));
  const allowed = choice === undefined ? constant !== undefined && { const: constant } : described(choice);
  return {
    ...Object.fromEntries(kept),
    ...(isText && choice === undefined && { defaultSnippets: quotes }),
    ...(constant !== undefined && { default: constant }),
    ...(allowed && { anyOf: [allowed, {}] }),
    ...(forms !== undefined && { anyOf: forms.map((form) => tolerant(form, name)) }),
    ...(properties !== undefined && { properties: eachTolerant(properties) }),
    // a tuple's parts say nothing that its description does not
    ...(items !== undefined &&
      !Array.isArray(items) && { items: { ...tolerant(items, ''), ...snippetFor(name) } }),
  };
}

function eachTolerant(properties: unknown): Record<string, unknown> {
  const parts = Object.entries(Parts.parse(properties));
  return Object.fromEntries(parts.map(([name, part]) => [name, tolerant(part, name)]));
}

function described(choice: unknown): Record<string, unknown> {
  const { success, data: names } = z.array(z.enum(METHODS)).safeParse(choice);
  if (!success) return { enum: choice };
  const described = names
    .map(methodEntry)
    .map(({ summary, paper, limits }) => `${summary} ${limits} (${paper})`);
  return { enum: names, enumDescriptions: described };
}

/** What is offered where a list of the file takes another item. */
function snippetFor(list: string): Record<string, unknown> {
  const snippet = (label: string, description: string, body: unknown) => ({
    defaultSnippets: [{ label, description, body }],
  });
  const asked = { prompt: '$1' };
  const answered = { prompt: '$1', target: '$2' };
  switch (list) {
    case 'edits':
      return snippet('edit', 'A fact, its new answer and its probes.', {
        id: '$1',
        prompt: '$2',
        subject: '$3',
        target: { new: '$4', true: '$5' },
        probes: { paraphrase: [{ prompt: '$6' }], neighbourhood: [{ prompt: '$7', target: '$5' }] },
      });
    case 'prompt':
      return snippet('turn', 'What the user says.', { role: 'user', content: '$1' });
    case 'paraphrase':
      return snippet('paraphrase', 'The same question in other words.', asked);
    case 'text':
      return snippet('text', 'Free text on which the model must stay as it was.', asked);
    case 'neighbourhood':
      return snippet('neighbour', 'The same question about another subject.', answered);
    case 'portability':
      return snippet('portability', 'A question whose answer follows from the new fact.', answered);
    case 'sameSubject':
      return snippet('other fact', 'Another fact about the same subject.', answered);
    default:
      return {};
  }
}
