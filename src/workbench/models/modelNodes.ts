import { inLayer } from '../../engine/gguf/names.ts';
import type { ModelEntry } from './modelEntry.ts';

/** What the tree of models holds: models, their layers, their tensors; weights of no layer stand in a group of their own. */
export type ModelNode =
  | { readonly kind: 'model'; readonly path: string }
  | { readonly kind: 'layer'; readonly path: string; readonly layer: number }
  | { readonly kind: 'rest'; readonly path: string }
  | { readonly kind: 'tensor'; readonly path: string; readonly name: string };

/** The layer that a tensor belongs to, by llama.cpp's names (`blk.3.ffn_down.weight`). */
export function layerOf(tensor: string): number | undefined {
  return inLayer(tensor)?.layer;
}

/** What stands below a model, a layer or the rest. */
export function childrenOf(node: ModelNode, { info }: ModelEntry): ModelNode[] {
  const { path } = node;
  const tensors = info?.tensors.map(({ name }) => name) ?? [];
  const below = (belongs: (name: string) => boolean): ModelNode[] =>
    tensors.filter(belongs).map((name) => ({ kind: 'tensor', path, name }));
  switch (node.kind) {
    case 'model': {
      const layers = Array.from({ length: info?.layers ?? 0 }, (_, layer) => layer);
      return [...layers.map((layer): ModelNode => ({ kind: 'layer', path, layer })), { kind: 'rest', path }];
    }
    case 'layer':
      return below((name) => layerOf(name) === node.layer);
    case 'rest':
      return below((name) => layerOf(name) === undefined);
    case 'tensor':
      return [];
  }
}

/** Names a node for as long as the window lives, so that VS Code keeps what is open and chosen. */
export function idOf(node: ModelNode): string {
  switch (node.kind) {
    case 'layer':
      return `${node.path}#${node.layer}`;
    case 'tensor':
      return `${node.path}#${node.name}`;
    default:
      return `${node.path}#${node.kind}`;
  }
}
