import type { TensorInfo } from '../../../protocol/gguf.ts';
import type { ModelFiles } from '../../gguf/split.ts';

/** One tensor as both models hold it: of one name and one shape, perhaps of two types. */
export interface TensorPair {
  readonly name: string;
  readonly base: TensorInfo;
  readonly candidate: TensorInfo;
}

/** How the tensors of two models stand to each other. */
export interface Pairing {
  readonly pairs: readonly TensorPair[];
  readonly added: readonly TensorInfo[];
  readonly removed: readonly TensorInfo[];
  /** Of one name, but of another shape. */
  readonly reshaped: readonly TensorPair[];
}

/** Tensors belong together by their names, in whatever order and file they lie. Pairs come in the base's order. */
export function pairTensors(base: ModelFiles, candidate: ModelFiles): Pairing {
  const others = new Map(candidate.header.tensors.map((tensor) => [tensor.name, tensor]));
  const names = new Set(base.header.tensors.map(({ name }) => name));
  const both = base.header.tensors.flatMap((tensor) => {
    const other = others.get(tensor.name);
    return other === undefined ? [] : [{ name: tensor.name, base: tensor, candidate: other }];
  });
  return {
    pairs: both.filter(sameShape),
    reshaped: both.filter((pair) => !sameShape(pair)),
    added: candidate.header.tensors.filter(({ name }) => !names.has(name)),
    removed: base.header.tensors.filter(({ name }) => !others.has(name)),
  };
}

/** Trailing dimensions of 1 say nothing. */
function sameShape({ base, candidate }: TensorPair): boolean {
  return [0, 1, 2, 3].every((i) => (base.ne[i] ?? 1) === (candidate.ne[i] ?? 1));
}

/** Whether the two models hold it in different types. */
export const isRetyped = ({ base, candidate }: TensorPair): boolean => base.type.name !== candidate.type.name;
