import { MOST_DIMENSIONS, type TensorColumns } from '../../protocol/headerPage.ts';

/** A tensor as its file describes it. */
export interface DescribedTensor {
  readonly name: string;
  readonly type: string;
  /** In the order that the format writes, at most `MOST_DIMENSIONS`. */
  readonly shape: readonly number[];
  readonly byteLength: number;
  /** In bytes from the beginning of its file. */
  readonly offset: number;
  readonly part: number;
}

/** The tensors as columns, in the file's order. */
export function tensorColumns(tensors: readonly DescribedTensor[]): TensorColumns {
  const typeNames = [...new Set(tensors.map(({ type }) => type))];
  const indexOf = new Map(typeNames.map((name, index) => [name, index]));
  const shape = new Float64Array(MOST_DIMENSIONS * tensors.length).fill(1);
  for (const [index, { shape: own }] of tensors.entries()) shape.set(own, MOST_DIMENSIONS * index);
  return {
    names: tensors.map(({ name }) => name),
    types: Uint16Array.from(tensors, ({ type }) => indexOf.get(type) ?? 0),
    typeNames,
    shape,
    dimensions: Uint8Array.from(tensors, ({ shape: own }) => own.length),
    bytes: Float64Array.from(tensors, ({ byteLength }) => byteLength),
    offsets: Float64Array.from(tensors, ({ offset }) => offset),
    parts: Uint32Array.from(tensors, ({ part }) => part),
  };
}
