import type { GgmlType, TensorInfo } from '../../protocol/gguf.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { GGML_TYPES } from '../gguf/types.ts';
import type { Architecture, Layout, TensorRule } from './architectures.ts';
import type { Config } from './config.ts';
import { plainBytes } from './dtypes.ts';
import type { StoredTensor } from './fileHeader.ts';
import { isFloat8 } from './float8.ts';
import { keyHeads, queryHeads } from './hyperparameters.ts';
import { type Scale, scalesOf } from './scales.ts';

/** How a tensor of GGUF is made of stored ones. */
export interface Recipe {
  /** In GGUF's terms: its name, its shape, and the type in which its values are handed on. */
  readonly info: TensorInfo;
  /** What it is made of, one behind the other; none where it is computed from the config. */
  readonly parts: readonly { readonly stored: StoredTensor; readonly scale: Scale | undefined }[];
  readonly computed: Float32Array | undefined;
  readonly transposed: boolean;
  /** Of each part, whose rows are interleaved; undefined where rows keep their order. */
  readonly heads: number | undefined;
  readonly plus: number;
}

const f32 = GGML_TYPES.get(0) as GgmlType;

/** What becomes of the stored tensors. */
export interface Mapping {
  readonly recipes: readonly Recipe[];
  /** Tensors that GGUF's model does not have, such as those of an image encoder; they keep their names and bytes. */
  readonly unmapped: readonly Recipe[];
}

interface Match {
  readonly stored: StoredTensor;
  readonly expert: number | undefined;
  readonly layout: Layout;
}

/**
 * Maps all tensors of a model to those of the GGUF model that the converter would make of it.
 *
 * @throws InputError where a tensor has a shape or a number format that cannot be mapped
 */
export function mapTensors(
  { tensors: rules, leftOut, computed }: Architecture,
  config: Config,
  stored: readonly StoredTensor[],
): Mapping {
  const { scales, weights } = scalesOf(stored, config);
  const matches = new Map<string, Match[]>();
  const unmapped: Recipe[] = [];
  const matchers = rules.map(matcherOf);
  for (const tensor of weights) {
    const name = tensor.name.replace('language_model.', '');
    if (leftOut?.test(name)) continue;
    const found = matchers.map((match) => match(name)).find((match) => match !== undefined);
    if (found === undefined) unmapped.push(asItIs(tensor));
    else {
      const { gguf, ...match } = found;
      matches.set(gguf, [...(matches.get(gguf) ?? []), { stored: tensor, ...match }]);
    }
  }
  const recipes = [...matches].map(([name, parts]) => recipeOf(name, parts, scales, config));
  for (const [name, values] of Object.entries(computed?.(config) ?? {})) {
    if (values !== undefined) recipes.push(computedRecipe(name, values));
  }
  return { recipes, unmapped };
}

type Matcher = (
  name: string,
) => { readonly gguf: string; readonly expert: number | undefined; readonly layout: Layout } | undefined;

function matcherOf([from, to, layout = {}]: TensorRule): Matcher {
  const source = from
    .replaceAll('.', '\\.')
    .replace('{layer}', '(?<layer>\\d{1,4})')
    .replace('{expert}', '(?<expert>\\d{1,4})');
  const pattern = new RegExp(`^${source}(?<suffix>\\.weight|\\.bias)$`);
  return (name) => {
    const groups = pattern.exec(name)?.groups;
    if (groups === undefined) return undefined;
    const { layer = '', expert, suffix = '' } = groups;
    const gguf = `${to.replace('{layer}', layer)}${suffix}`;
    return { gguf, layout, expert: expert === undefined ? undefined : Number(expert) };
  };
}

function recipeOf(
  name: string,
  matches: readonly Match[],
  scales: ReadonlyMap<string, Scale>,
  config: Config,
): Recipe {
  const parts = inOrder(name, matches, config);
  const [first] = parts;
  if (first === undefined) throw new Error(`${name} is made of nothing`);
  const { stored, layout, expert } = first;
  const { type } = stored.dtype;
  if (type === undefined)
    throw refused(stored, `is stored as ${stored.dtype.name}, which holds no weights that are read here`);
  const odd = parts.find(
    (part) => part.stored.shape.join() !== stored.shape.join() || part.stored.dtype !== stored.dtype,
  );
  if (odd !== undefined)
    throw refused(odd.stored, `has another shape or type than ${quoted(stored.name)} of the same layer`);
  const transposed = layout.transposed === true && stored.shape.length === 2;
  const inner = (transposed ? stored.shape : stored.shape.toReversed()).slice();
  const ne = inner.length === 0 ? [1] : inner;
  if (ne.length + (expert === undefined ? 0 : 1) > 4)
    throw refused(stored, `has ${ne.length} dimensions; ggml knows at most 4`);
  const plus = layout.plus ?? 0;
  return {
    // a sum is handed on as F32 under the name of the type that its summand was rounded to
    info: infoOf(
      name,
      plus === 0 ? type : { ...f32, name: type.name },
      expert === undefined ? ne : [...ne, parts.length],
    ),
    parts: parts.map((part) => ({ stored: part.stored, scale: scales.get(part.stored.name) })),
    computed: undefined,
    transposed,
    heads: layout.heads === undefined ? undefined : headsOf(layout.heads, stored, config),
    plus,
  };
}

/** Experts by their numbers, none missing. */
function inOrder(name: string, matches: readonly Match[], config: Config): readonly Match[] {
  const [first, second] = matches;
  if (first?.expert === undefined) {
    if (second === undefined) return matches;
    throw refused(second.stored, `and ${quoted(first?.stored.name ?? '')} would both become ${name}`);
  }
  const sorted = matches.toSorted((a, b) => (a.expert ?? 0) - (b.expert ?? 0));
  const count = config.number('num_local_experts') ?? sorted.length;
  if (sorted.length !== count || sorted.some(({ expert }, index) => expert !== index)) {
    throw config.wrong(
      `the model should have ${count} experts, and ${sorted.length} tensors would become ${name}`,
    );
  }
  return sorted;
}

function headsOf(kind: 'query' | 'key', stored: StoredTensor, config: Config): number {
  const heads = kind === 'query' ? queryHeads(config) : keyHeads(config);
  const rows = stored.shape[0] ?? 1;
  if (rows % (2 * heads) === 0) return heads;
  throw refused(stored, `has ${rows} rows, which do not divide into ${heads} heads of pairs`);
}

const refused = ({ name }: StoredTensor, what: string): InputError =>
  new InputError(`The tensor ${quoted(name)} ${what}.`);

function infoOf(name: string, type: GgmlType, ne: readonly number[]): TensorInfo {
  const elements = ne.reduce((product, n) => product * n, 1);
  return { name, type, ne, elements, byteLength: elements * type.typeSize, offset: 0, part: 0 };
}

function computedRecipe(name: string, values: Float32Array): Recipe {
  const info = infoOf(name, f32, [values.length]);
  return { info, parts: [], computed: values, transposed: false, heads: undefined, plus: 0 };
}

/** A tensor under its own name, in its own shape: weights as weights, all else as bytes. */
export function asItIs(stored: StoredTensor): Recipe {
  const { type } = stored.dtype;
  const readable = type !== undefined && stored.dtype.bits >= 8 && stored.shape.length <= 4;
  const ne = stored.shape.length === 0 ? [1] : stored.shape.toReversed();
  const info = readable
    ? infoOf(stored.name, type, ne)
    : infoOf(stored.name, plainBytes, [stored.byteLength]);
  return {
    info,
    parts: [{ stored, scale: undefined }],
    computed: undefined,
    transposed: false,
    heads: undefined,
    plus: 0,
  };
}

/** Whether the stored bytes are handed on as they are, but for their order. */
export const isPlain = ({ plus, parts }: Recipe): boolean =>
  plus === 0 &&
  parts.every(({ stored, scale }) => {
    const { name, type } = stored.dtype;
    return scale === undefined && name !== 'F64' && !(type !== undefined && isFloat8(type.name));
  });
