import { z } from 'zod';
import { EditsFile, METHODS, type Method } from '../src/protocol/edits.ts';

/**
 * The schema that VS Code completes and explains edits files with: `media/edits.editor.schema.json`. It objects to
 * nothing, since the extension's own check says each problem once, in words that tell what to do, with its remedies.
 */
export function editorSchema(): string {
  const schema = z.toJSONSchema(EditsFile, { io: 'input', target: 'draft-7' });
  return `${JSON.stringify({ title: 'Palimpsest edits', ...tolerant(schema, '') }, null, 2)}\n`;
}

const Parts = z.record(z.string(), z.unknown());
const constraints = /^(additionalProperties|required|pattern|minimum|maximum|maxItems|maxLength)$/;
/** What is inserted for a text, since a type would be an objection. */
const quotes = [{ label: '""', body: '$1' }];

/** A part of the schema without what it forbids. @param name the key that it is the value of */
function tolerant(part: unknown, name: string): Record<string, unknown> {
  const { type, enum: choice, const: constant, properties, items, ...rest } = Parts.parse(part);
  const kept = Object.entries(rest).filter(([key]) => !constraints.test(key));
  const allowed = choice === undefined ? constant !== undefined && { const: constant } : described(choice);
  return {
    ...Object.fromEntries(kept),
    ...(type === 'string' && choice === undefined && { defaultSnippets: quotes }),
    ...(constant !== undefined && { default: constant }),
    ...(allowed && { anyOf: [allowed, {}] }),
    ...(properties !== undefined && { properties: eachTolerant(properties) }),
    ...(items !== undefined && { items: { ...tolerant(items, ''), ...snippetFor(name) } }),
  };
}

function eachTolerant(properties: unknown): Record<string, unknown> {
  const parts = Object.entries(Parts.parse(properties));
  return Object.fromEntries(parts.map(([name, part]) => [name, tolerant(part, name)]));
}

const methods: Readonly<Record<Method, string>> = {
  rome: "ROME (Meng et al. 2022) as released: keys averaged over beginnings, divided by the plain prompt's own.",
  'r-rome': 'R-ROME (Gupta et al. 2024): the averaged key everywhere.',
  'rome-several-keys': 'ROME over the key of every beginning: what an edit takes that names no method.',
  memit: 'MEMIT (Meng et al. 2023): all edits of the file at once, spread over several layers.',
  alphaedit:
    'AlphaEdit (Fang et al. 2025): as MEMIT, in directions that the model hardly uses; many edits in a row.',
  emmet: 'EMMET (Gupta et al. 2024): all edits at once in one layer, each met exactly.',
  'ft-l': 'FT-L: fine-tuning of the layer, each weight kept within a bound; to compare with.',
  'ft-m': 'FT-M: fine-tuning of the layer on the target tokens; to compare with.',
  lora: 'LoRA (Hu et al. 2022): low-rank fine-tuning of the layer and those above on all edits; to compare with.',
  dinm: 'DINM (Wang et al. 2024): makes a safe answer likelier in the layer where safe and unsafe answers differ most.',
  donor: 'Donor: the value of another subject that has the new answer; a preview without any gradient.',
};

function described(choice: unknown): Record<string, unknown> {
  const names = z.array(z.enum(METHODS)).parse(choice);
  return { enum: names, enumDescriptions: names.map((name) => methods[name]) };
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
