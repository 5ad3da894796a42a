import { at } from '../../numeric/at.ts';
import { weightInLayer, weightName } from '../names.ts';
import {
  EQUAL_HEADS,
  HEADS_BY_LAYER,
  ROTATED_WHOLE,
  SECTIONED,
  UNCHECKED_ATTENTION,
  UNROTATED,
  WINDOW_WIDTHS,
} from './architectures.ts';
import { type Demand, type Facts, firstOf } from './demand.ts';

interface Widths {
  readonly key: number;
  readonly value: number;
  /** Values that rotary positions turn. */
  readonly rotated: number;
}

/** Widths of a head, as `load_hparams` finds them; undefined where there are no heads or low-rank ones. */
function widths(facts: Facts): Widths | undefined {
  const heads = facts.perLayer('attention.head_count')?.[0] ?? 0;
  if (heads === 0 || facts.number('attention.key_length_mla') !== undefined) return undefined;
  const even = Math.floor((facts.number('embedding_length') ?? 0) / heads);
  const key = facts.number('attention.key_length') ?? even;
  const value = facts.number('attention.value_length') ?? even;
  return { key, value, rotated: facts.number('rope.dimension_count') ?? key };
}

/** What layers with windows have of their own, beside what all layers have. */
function windowWidths(facts: Facts, { key, value, rotated }: Widths): Widths {
  return {
    key: facts.number('attention.key_length_swa') ?? key,
    value: facts.number('attention.value_length_swa') ?? value,
    rotated: facts.number('rope.dimension_count_swa') ?? rotated,
  };
}

const attentionHasHeads: Demand = (facts) => {
  const heads = facts.perLayer('attention.head_count');
  for (const { name } of facts.tensors) {
    const { layer, part } = weightInLayer(name) ?? {};
    if (layer === undefined || (part !== 'attn_q' && part !== 'attn_qkv') || (heads?.[layer] ?? 0) > 0)
      continue;
    return `${facts.key('attention.head_count')} gives layer ${layer} no heads, but it has ${name}`;
  }
  return undefined;
};

/** Where the loader takes attention without its queries, keys and values, and the graph jumps to address 0. */
const attentionIsWhole: Demand = (facts) => {
  if (!UNCHECKED_ATTENTION.has(facts.architecture)) return undefined;
  const names = new Set(facts.tensors.map(({ name }) => name));
  for (let layer = 0; layer < facts.layers; layer++) {
    const of = (role: string) => names.has(weightName(layer, `attn_${role}`));
    if (of('qkv') || (of('q') && of('k') && of('v'))) continue;
    return `layer ${layer} lacks queries, keys and values (${weightName(layer, 'attn_qkv')})`;
  }
  return undefined;
};

/** `ggml_mul_mat` broadcasts keys over queries, which asserts that one number divides the other. */
const groupsAreWhole: Demand = (facts) => {
  const heads = facts.perLayer('attention.head_count') ?? [];
  const kv = facts.perLayer('attention.head_count_kv') ?? heads;
  const layer = heads.findIndex((count, index) => {
    const shared = kv[index];
    return shared !== undefined && shared > 0 && count % shared !== 0;
  });
  if (layer < 0) return undefined;
  return `${heads[layer]} heads (${facts.key('attention.head_count')}) cannot share ${kv[layer]} of keys and values`;
};

const layersAreAlike: Demand = (facts) => {
  if (HEADS_BY_LAYER.has(facts.architecture)) return undefined;
  for (const suffix of ['attention.head_count', 'attention.head_count_kv']) {
    if (new Set(facts.array(suffix)?.head).size > 1) {
      return `${facts.key(suffix)} differs between layers, which "${facts.architecture}" does not provide for`;
    }
  }
  return undefined;
};

const widthsFit: Demand = (facts) => {
  const all = widths(facts);
  if (all === undefined) return undefined;
  const windows = windowWidths(facts, all);
  if (WINDOW_WIDTHS.has(facts.architecture)) return wrongWidths(facts, all) ?? wrongWidths(facts, windows);
  if (windows.key !== all.key || windows.value !== all.value || windows.rotated !== all.rotated) {
    return `layers with windows have heads of another width (${facts.key('attention.key_length_swa')} and the like), which "${facts.architecture}" does not provide for`;
  }
  return wrongWidths(facts, all);
};

function wrongWidths(facts: Facts, { key, value, rotated }: Widths): string | undefined {
  const { architecture } = facts;
  if (key < 1 || value < 1) return `a head has the width ${Math.min(key, value)}`;
  if (EQUAL_HEADS.has(architecture) && key !== value) {
    return `keys have the width ${key} and values ${value}, which must be equal in "${architecture}"`;
  }
  if (UNROTATED.has(architecture)) return undefined;
  const count = facts.key('rope.dimension_count');
  if (ROTATED_WHOLE.has(architecture) && rotated !== key) {
    return `${count} is ${rotated}, but must be the width of a head, ${key}, in "${architecture}"`;
  }
  // ggml's loop over the pairs would not end
  if (rotated === 0) return `${count} is 0`;
  if (rotated > key) return `${count} is ${rotated}, more than the width of a head, ${key}`;
  return rotated % 2 === 0 ? undefined : `rotary positions turn pairs, but ${count} is ${rotated}`;
}

/** Keys as wide as the cache of keys, in architectures whose layers are made of heads of one width. */
const keysFitCache: Demand = (facts) => {
  const found = widths(facts);
  if (found === undefined || !EQUAL_HEADS.has(facts.architecture)) return undefined;
  if (WINDOW_WIDTHS.has(facts.architecture)) return undefined;
  const kv = facts.perLayer('attention.head_count_kv') ?? facts.perLayer('attention.head_count') ?? [];
  for (const { name, ne } of facts.tensors) {
    const { layer, part } = weightInLayer(name) ?? {};
    if (layer === undefined || part !== 'attn_k') continue;
    // layers behind the list have none
    const heads = layer < kv.length ? at(kv, layer) : 0;
    if ((ne[1] ?? 1) !== heads * found.key) {
      return `${name} has ${ne[1] ?? 1} rows for ${heads} heads of width ${found.key} (${facts.key('attention.head_count_kv')})`;
    }
  }
  return undefined;
};

/** `ggml_rope_multi` counts positions through the sections and divides by their sum, which must lie in a head. */
const sectionsFit: Demand = (facts) => {
  if (!SECTIONED.has(facts.architecture)) return undefined;
  const one = facts.number('rope.dimension_sections');
  // a number alone is that of each of the four
  const sections =
    facts.array('rope.dimension_sections')?.head.map(Number) ??
    (one === undefined ? undefined : Array<number>(4).fill(one));
  if (sections === undefined) return undefined;
  const are = `${facts.key('rope.dimension_sections')} is [${sections.join(', ')}]`;
  if (!sections.every((width) => width >= 0) || !sections.slice(0, 3).some((width) => width > 0)) {
    return `${are}, which divides no head`;
  }
  const together = sections.reduce((sum, width) => sum + width, 0);
  const head = widths(facts)?.key;
  if (head === undefined || together <= head) return undefined;
  return `${are}, together more than the width of a head, ${head}`;
};

/** What attention demands of the numbers and widths of heads. */
export const headsFit: Demand = firstOf([
  attentionHasHeads,
  attentionIsWhole,
  groupsAreWhole,
  layersAreAlike,
  widthsFit,
  keysFitCache,
  sectionsFit,
]);
