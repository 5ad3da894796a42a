import type { EditTarget } from '../../../protocol/editableLayers.ts';
import { architectureOf, numberOf } from '../../gguf/header.ts';
import { downName, inLayer, isDownPart, weightInLayer, weightName } from '../../gguf/names.ts';
import type { ModelFiles } from '../../gguf/split.ts';

/** Architectures whose ALiBi is no metadata. */
const withAlibi: ReadonlySet<string> = new Set(['bloom', 'refact']);

/** Why no layer of a model can be edited, as far as its header shows; null where some can. */
function uneditableModel({ header }: ModelFiles): string | null {
  const names = header.tensors.map(({ name }) => name);
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  const architecture = architectureOf(header);
  if (has(/^enc\.blk\./)) return 'The model has an encoder; edits need a decoder alone.';
  if (names.some((name) => /^(ssm_|time_mix_|shortconv\.)/.test(inLayer(name)?.rest ?? ''))) {
    return 'The model is recurrent, in part at least; edits need attention and MLPs alone.';
  }
  if (header.metadata.has(`${architecture}.rope.dimension_sections`)) {
    return 'The model has rotary positions in several sections, through which no gradient is taken.';
  }
  const bias = numberOf(header, `${architecture}.attention.max_alibi_bias`) ?? 0;
  if (bias > 0 || withAlibi.has(architecture)) {
    return 'The model tells positions by ALiBi, through which no gradient is taken.';
  }
  return null;
}

/** What can be edited in each layer of a model: its down-projections, and if they cannot be edited, why not. */
export function editableLayers(files: ModelFiles): EditTarget[] {
  const { header } = files;
  const architecture = architectureOf(header);
  const count = numberOf(header, `${architecture}.block_count`) ?? 0;
  const whole = uneditableModel(files);
  const byLayer = new Map<number, EditTarget['tensors']>();
  for (const { name, type, ne } of header.tensors) {
    const found = weightInLayer(name);
    if (found === undefined || !isDownPart(found.part)) continue;
    const tensors = byLayer.get(found.layer) ?? [];
    tensors.push({ name, type: type.name, shape: [...ne] });
    byLayer.set(found.layer, tensors);
  }
  return Array.from({ length: count }, (_, layer) => {
    const tensors = byLayer.get(layer) ?? [];
    const reason = whole ?? reasonAgainst(layer, count, tensors);
    return { layer, tensors, editable: reason === null, reason };
  });
}

function reasonAgainst(layer: number, count: number, tensors: EditTarget['tensors']): string | null {
  if (layer === count - 1) return 'The last layer: what it adds at the subject reaches no later token.';
  if (tensors.some(({ name }) => name === downName(layer))) return null;
  if (tensors.length > 0) return "A mixture of experts: an expert's own weights cannot be edited.";
  return 'No MLP with a down-projection.';
}

/** Whether what the layer's MLP gives is normed before it is added to the residual stream (Gemma, OLMo 2). */
export const hasPostNorm = ({ header }: ModelFiles, layer: number): boolean =>
  header.tensors.some(({ name }) => name === weightName(layer, 'post_ffw_norm'));
