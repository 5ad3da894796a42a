import * as z from 'zod';
import { ReviewV1 } from '../../../src/formats/review/v1.ts';
import { Measured, MeasuredEdit } from '../../../src/protocol/editing.ts';
import { Edit, EditsFile } from '../../../src/protocol/edits.ts';
import { type EngineMethod, engineMethods } from '../../../src/protocol/engine.ts';
import { Counterfact, Drift, SafeEdit, Share } from '../../../src/protocol/measures.ts';
import { TokenProbability } from '../../../src/protocol/probe.ts';

/** What `--json` prints, from the schemas that the results are checked with. */

/** The engine's method whose result a command prints. */
const printed = {
  info: 'info',
  targets: 'targets',
  import: 'importRecords',
  check: 'checkEdits',
  edit: 'edit',
  measure: 'measure',
  eval: 'evaluate',
  probe: 'probe',
  activations: 'activations',
  attention: 'attention',
  neurons: 'neurons',
  lens: 'lens',
  trace: 'trace',
  attribute: 'attribute',
  'reversal learn': 'learnDefence',
  'reversal ask': 'defend',
  bake: 'bake',
  patch: 'patchInfo',
  reproduce: 'reproduce',
  inspect: 'inspect',
  redteam: 'redteam',
  resist: 'resist',
  sign: 'sign',
  verify: 'verify',
} as const satisfies Record<string, EngineMethod>;

/** A section for each command, in a notation like TypeScript's. */
export function shapes(): string {
  const sections = Object.entries(printed).map(([command, method]) =>
    section(`palimpsest ${command} --json`, engineMethods[method].result),
  );
  const named = Object.entries(shared).map(([name, schema]) => section(name, schema));
  return [...named, section('palimpsest review --format json', ReviewV1), ...sections].join('\n\n');
}

const section = (title: string, schema: z.ZodType) =>
  `## ${title}\n\n\`\`\`ts\n${shape(jsonSchema(schema), '', true)}\n\`\`\``;

type Schema = z.core.JSONSchema.BaseSchema;

function jsonSchema(schema: z.ZodType): Schema {
  return z.toJSONSchema(schema, { io: 'output', unrepresentable: 'any' });
}

/** Shapes that stand in many others are named there, and written out once. */
const shared = {
  Share,
  TokenProbability,
  Edit,
  EditsFile,
  Drift,
  Counterfact,
  SafeEdit,
  MeasuredEdit,
  Measured,
};

const names = new Map(
  Object.entries(shared).map(([name, schema]) => [fingerprint(jsonSchema(schema)), name]),
);

function fingerprint({ $schema: _, description: __, ...schema }: Schema): string {
  return JSON.stringify(schema);
}

function shape(schema: Schema, indent: string, whole = false): string {
  const name = names.get(fingerprint(schema));
  if (name !== undefined && !whole) return name;
  const { anyOf, oneOf, const: only, enum: values, type, properties, items, prefixItems } = schema;
  const either = anyOf ?? oneOf;
  if (either !== undefined) return either.map((one) => shape(of(one), indent)).join(' | ');
  if (only !== undefined) return JSON.stringify(only);
  if (values !== undefined) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (prefixItems !== undefined) return `[${prefixItems.map((item) => shape(of(item), indent)).join(', ')}]`;
  if (items !== undefined && !Array.isArray(items)) {
    const item = shape(of(items), indent);
    return `${item.includes(' | ') && !item.startsWith('{') ? `(${item})` : item}[]`;
  }
  if (properties !== undefined) return object(schema, indent);
  if (type === 'object') return `Record<string, ${shape(of(schema.additionalProperties ?? {}), indent)}>`;
  return type === undefined ? 'unknown' : [type].flat().join(' | ');
}

function object({ properties = {}, required = [] }: Schema, indent: string): string {
  const inner = `${indent}  `;
  const lines = Object.entries(properties).flatMap(([key, value]) => {
    const schema = of(value);
    const mark = required.includes(key) ? '' : '?';
    const said = schema.description === undefined ? [] : [`${inner}// ${schema.description}`];
    return [...said, `${inner}${key}${mark}: ${shape(schema, inner)};`];
  });
  return `{\n${lines.join('\n')}\n${indent}}`;
}

const of = (schema: boolean | Schema): Schema => (typeof schema === 'boolean' ? {} : schema);
