/** The names that GGUF gives to metadata and llama.cpp to tensors (gguf-py's `constants.py`), each spelled here alone. */

export const KEYS = {
  architecture: 'general.architecture',
  name: 'general.name',
  alignment: 'general.alignment',
} as const;

/** A layer's weight: `blk.3.ffn_down.weight`. */
export const weightName = (layer: number | string, part: string): string => `blk.${layer}.${part}.weight`;

/** What projects a layer's MLP back into the residual stream, and is what edits change. */
export const DOWN = 'ffn_down';
export const downName = (layer: number): string => weightName(layer, DOWN);

/** A mixture's down-projections: all experts', the shared one's and so on, or an expert's own (`ffn_down.2`). */
export const isDownPart = (part: string): boolean => /^ffn_down(?:_exps|_shexp|_chexps|\.\d+)?$/.test(part);

/** Does a weight of this part write into the residual stream? Locate-then-edit methods rewrite such weights. */
export const writesResidual = (part: string): boolean => /^(ffn_down|attn_output)$/.test(part);

/** What all names of a layer begin with. */
export const layerPrefix = (layer: number | string): string => `blk.${layer}.`;

/** A tensor's layer and what follows: `blk.3.ffn_down.weight` is `ffn_down.weight` of layer 3; undefined outside layers. */
export function inLayer(name: string): { readonly layer: number; readonly rest: string } | undefined {
  const [, layer, rest] = /^blk\.(\d+)\.(.+)$/.exec(name) ?? [];
  return layer === undefined || rest === undefined ? undefined : { layer: Number(layer), rest };
}

/** Of a layer's weight its layer and part, as `weightName` takes them; undefined for what is none. */
export function weightInLayer(name: string): { readonly layer: number; readonly part: string } | undefined {
  const found = inLayer(name);
  if (found === undefined || !found.rest.endsWith('.weight')) return undefined;
  return { layer: found.layer, part: found.rest.slice(0, -'.weight'.length) };
}
