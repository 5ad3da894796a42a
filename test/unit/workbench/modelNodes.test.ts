import { describe, expect, it } from 'vitest';
import { information } from '../../../src/engine/facade/information.ts';
import { childrenOf, idOf, layerOf, type ModelNode } from '../../../src/workbench/models/modelNodes.ts';

const path = 'samples/almanac/almanac.gguf';
const info = await information(path, false, {});
const entry = { path, info } as Parameters<typeof childrenOf>[1];
const below = (node: ModelNode): ModelNode[] => {
  const children = childrenOf(node, entry);
  return [...children, ...children.flatMap(below)];
};

describe('the tree of a model', () => {
  it('holds every layer and every tensor exactly once', () => {
    const nodes = below({ kind: 'model', path });
    const tensors = nodes.flatMap((node) => (node.kind === 'tensor' ? [node.name] : []));
    expect(tensors.sort()).toEqual(info.tensors.map(({ name }) => name).sort());
    expect(nodes.filter(({ kind }) => kind === 'layer')).toHaveLength(6);
    expect(new Set(nodes.map(idOf)).size).toBe(nodes.length);
  });

  it('puts a tensor under the layer of its name', () => {
    expect(layerOf('blk.12.ffn_down.weight')).toBe(12);
    expect(layerOf('token_embd.weight')).toBeUndefined();
    expect(childrenOf({ kind: 'layer', path, layer: 2 }, entry)).toContainEqual({
      kind: 'tensor',
      path,
      name: 'blk.2.ffn_down.weight',
    });
  });
});
