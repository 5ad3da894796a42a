import type { TensorInfo } from '../../protocol/gguf.ts';
import { throwIfAborted } from '../llama/cancel.ts';
import type { KernelShape } from './differenceKernel.ts';
import type { TensorPair } from './pairs.ts';
import type { TensorSource } from './tensorFiles.ts';

/** Elements of one block: few enough for a processor's cache, many enough to be worth a call. */
const blockElements = 1 << 19;

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

/** A vector is one row; outer dimensions are more rows. */
export function cutOf({ base, candidate }: TensorPair): Cut {
  const columns = base.ne[0] ?? 1;
  const rows = base.elements / columns;
  return {
    columns,
    rows,
    rowsPerBlock: Math.max(1, Math.min(rows, Math.floor(blockElements / columns))),
    baseRowBytes: base.byteLength / rows,
    candidateRowBytes: candidate.byteLength / rows,
  };
}

/** The kernel that takes the pair's blocks. */
export function kernelShape(pair: TensorPair, width: number): KernelShape {
  const { columns, rowsPerBlock } = cutOf(pair);
  return { base: pair.base.type.id, candidate: pair.candidate.type.id, columns, rows: rowsPerBlock, width };
}

/** Reads both tensors side by side, the next block while the caller works on this one. */
export async function* blocksOf(
  base: TensorSource,
  candidate: TensorSource,
  pair: TensorPair,
  signal?: AbortSignal,
): AsyncGenerator<Block> {
  const cut = cutOf(pair);
  const read = async (firstRow: number): Promise<Block> => {
    const rows = Math.min(cut.rowsPerBlock, cut.rows - firstRow);
    const fill = async (files: TensorSource, tensor: TensorInfo, rowBytes: number) => {
      const bytes = new Uint8Array(cut.rowsPerBlock * rowBytes);
      await files.read(tensor, firstRow * rowBytes, bytes.subarray(0, rows * rowBytes));
      return bytes;
    };
    const [left, right] = await Promise.all([
      fill(base, pair.base, cut.baseRowBytes),
      fill(candidate, pair.candidate, cut.candidateRowBytes),
    ]);
    return { firstRow, rows, base: left, candidate: right };
  };
  let next: Promise<Block> | undefined = read(0);
  for (let firstRow = 0; next !== undefined; ) {
    const block: Block = await next;
    throwIfAborted(signal);
    firstRow += cut.rowsPerBlock;
    next = firstRow < cut.rows ? read(firstRow) : undefined;
    // a caller that stops early must not leave a rejection that nobody hears
    next?.catch(() => {});
    yield block;
  }
}
