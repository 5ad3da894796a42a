import type { TensorInfo } from '../../protocol/gguf.ts';
import type { TensorColumns } from '../../protocol/headerPage.ts';

/** The tensors as columns, in the file's order. */
export function tensorColumns(tensors: readonly TensorInfo[]): TensorColumns {
  const typeNames = [...new Set(tensors.map(({ type }) => type.name))];
  const indexOf = new Map(typeNames.map((name, index) => [name, index]));
  const shape = new Float64Array(4 * tensors.length).fill(1);
  for (const [index, { ne }] of tensors.entries()) shape.set(ne, 4 * index);
  return {
    names: tensors.map(({ name }) => name),
    types: Uint16Array.from(tensors, ({ type }) => indexOf.get(type.name) ?? 0),
    typeNames,
    shape,
    dimensions: Uint8Array.from(tensors, ({ ne }) => ne.length),
    bytes: Float64Array.from(tensors, ({ byteLength }) => byteLength),
    offsets: Float64Array.from(tensors, ({ offset }) => offset),
    parts: Uint32Array.from(tensors, ({ part }) => part),
  };
}
