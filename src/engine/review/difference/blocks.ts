import type { TensorInfo } from '../../../protocol/gguf.ts';
import { throwIfAborted } from '../../work/turn.ts';
import type { TensorPair } from './pairs.ts';
import type { TensorSource } from './tensorFiles.ts';

/** Elements of one block: what is read, and sent to ggml, at once. */
const blockElements = 1 << 18;
const minBlock = 32;

/** How a pair of tensors is cut: whole rows, all blocks but the last of one size. */
export interface Cut {
  readonly columns: number;
  readonly rows: number;
  readonly rowsPerBlock: number;
  readonly baseRowBytes: number;
  readonly candidateRowBytes: number;
}

/** Stored rows of both tensors; what lies beyond `rows` is zero. */
export interface Block {
  readonly firstRow: number;
  readonly rows: number;
  readonly base: Uint8Array;
  readonly candidate: Uint8Array;
}

/** The pairs whose blocks one kernel can take. */
export interface KernelShape {
  /** ggml's numbers of the two types. */
  readonly base: number;
  readonly candidate: number;
  readonly columns: number;
  /** Rows that are taken together. */
  readonly rows: number;
  /** Directions that the sketch looks along; 0 for none. */
  readonly width: number;
}

/** A vector is one row; outer dimensions are more rows. */
export function cutOf({ base, candidate }: TensorPair): Cut {
  const columns = base.ne[0] ?? 1;
  const rows = base.elements / columns;
  return {
    columns,
    rows,
    rowsPerBlock: Math.min(rows, rowsFor(blockElements, columns)),
    baseRowBytes: base.byteLength / rows,
    candidateRowBytes: candidate.byteLength / rows,
  };
}

/**
 * Weights of a row that are held against their bound together: 32, the smallest block that a type has a scale for, or
 * the whole row where that is no multiple of it.
 */
export function segmentOf(columns: number): number {
  return columns % minBlock === 0 ? minBlock : columns;
}

/** As many whole rows as make about `elements`; a multiple of 32, which ggml's outer products take at once. */
export function rowsFor(elements: number, columns: number): number {
  return Math.max(32, Math.floor(elements / columns / 32) * 32);
}

/** The kernel that takes the pair's blocks. */
export function kernelShape(pair: TensorPair, width: number): KernelShape {
  const { columns, rowsPerBlock } = cutOf(pair);
  return { base: pair.base.type.id, candidate: pair.candidate.type.id, columns, rows: rowsPerBlock, width };
}

/**
 * Memory that blocks are read into, one after the other: new memory for each block would cost more than to compute with
 * it. Serves one `blocksOf` at a time.
 */
export class BlockBuffers {
  readonly #held: Uint8Array[] = [];

  /** The first `bytes` of buffer `index`, with whatever they held before. */
  take(index: number, bytes: number): Uint8Array {
    const known = this.#held[index];
    const buffer = known !== undefined && known.length >= bytes ? known : Buffer.allocUnsafeSlow(bytes);
    this.#held[index] = buffer;
    return buffer.subarray(0, bytes);
  }
}

/**
 * Reads both tensors side by side, the next block while the caller works on this one. A block is the caller's until it
 * asks for the next.
 *
 * @param end where to stop, at a block's first row
 */
export async function* blocksOf(
  base: TensorSource,
  candidate: TensorSource,
  pair: TensorPair,
  buffers: BlockBuffers,
  signal?: AbortSignal,
  end = cutOf(pair).rows,
): AsyncGenerator<Block> {
  const cut = cutOf(pair);
  const read = async (firstRow: number): Promise<Block> => {
    const rows = Math.min(cut.rowsPerBlock, cut.rows - firstRow);
    const turn = 2 * ((firstRow / cut.rowsPerBlock) % 2);
    const fill = async (files: TensorSource, tensor: TensorInfo, rowBytes: number, index: number) => {
      const bytes = buffers.take(index, cut.rowsPerBlock * rowBytes);
      await files.read(tensor, firstRow * rowBytes, bytes.subarray(0, rows * rowBytes));
      return bytes.fill(0, rows * rowBytes);
    };
    const [left, right] = await Promise.all([
      fill(base, pair.base, cut.baseRowBytes, turn),
      fill(candidate, pair.candidate, cut.candidateRowBytes, turn + 1),
    ]);
    return { firstRow, rows, base: left, candidate: right };
  };
  let next: Promise<Block> | undefined = read(0);
  try {
    for (let firstRow = 0; next !== undefined; ) {
      const block: Block = await next;
      throwIfAborted(signal);
      firstRow += cut.rowsPerBlock;
      next = firstRow < end ? read(firstRow) : undefined;
      // a caller that stops early must not leave a rejection that nobody hears
      next?.catch(() => {});
      yield block;
    }
  } finally {
    // nor a read into buffers that others are given
    await next?.catch(() => {});
  }
}
