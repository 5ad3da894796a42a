import type { GgmlType, TensorInfo } from '../../protocol/gguf.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import type { ByteSource } from '../files/source.ts';
import { type Cursor, ENTRY_BYTES } from './cursor.ts';
import { DROPPED_TYPES, GGML_TYPES, NEWEST_TYPES, tensorBytes } from './types.ts';

/** ggml's limits: `GGML_MAX_NAME` with its closing zero, and `GGML_MAX_DIMS`. */
const LONGEST_NAME = 63;
const MOST_DIMENSIONS = 4;

/** A tensor while it is not known where the data section begins. */
type Described = Omit<TensorInfo, 'offset' | 'part'> & { readonly relativeOffset: number };

/** Reads the descriptions of all tensors. Each is sound by itself; where they lie is not looked at. */
export async function readTensors(cursor: Cursor, count: number): Promise<Described[]> {
  const tensors: Described[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index++) {
    cursor.retain(ENTRY_BYTES);
    const tensor = await readTensor(cursor, index);
    if (names.has(tensor.name)) throw damaged(cursor, tensor.name, 'occurs twice');
    names.add(tensor.name);
    tensors.push(tensor);
  }
  return tensors;
}

async function readTensor(cursor: Cursor, index: number): Promise<Described> {
  const name = await cursor.string(`the name of tensor ${index}`, LONGEST_NAME);
  const what = `the description of tensor ${quoted(name)}`;
  const dimensions = await cursor.uint32(what);
  if (dimensions > MOST_DIMENSIONS)
    throw damaged(cursor, name, `has ${dimensions} dimensions; ggml knows at most 4`);

  const ne: number[] = [];
  for (let dimension = 0; dimension < dimensions; dimension++) {
    ne.push(await cursor.count(`dimension ${dimension} of tensor ${quoted(name)}`));
  }
  if (ne.includes(0)) throw damaged(cursor, name, `has the shape [${ne.join(', ')}] and so no elements`);
  const elements = ne.reduce((product, n) => product * n, 1);
  if (!Number.isSafeInteger(elements))
    throw damaged(cursor, name, `claims the impossible shape [${ne.join(', ')}]`);

  const id = await cursor.uint32(what);
  const type = GGML_TYPES.get(id);
  if (type === undefined) throw unknownType(cursor, name, id);
  const row = ne[0] ?? 1;
  if (row % type.blockSize !== 0) {
    throw damaged(
      cursor,
      name,
      `has rows of ${row} elements, not a multiple of the ${type.blockSize} of ${type.name}`,
    );
  }
  const byteLength = tensorBytes(type, ne);
  return { name, type, ne, elements, byteLength, relativeOffset: await cursor.count(what) };
}

/** Gives every tensor its place in the file. As in ggml, data follows data, each padded to the alignment. */
export function placed(
  source: ByteSource,
  tensors: readonly Described[],
  dataOffset: number,
  alignment: number,
): TensorInfo[] {
  let expected = 0;
  let previous = '';
  let previousType: GgmlType | undefined;
  return tensors.map(({ relativeOffset, ...tensor }) => {
    if (relativeOffset !== expected && previousType !== undefined && NEWEST_TYPES.has(previousType.id)) {
      throw new InputError(
        `${source.name} has the tensor ${previous} in type ${previousType.id}, but not of the size that this llama.cpp's ${previousType.name} takes: forks (BitNet, ik_llama.cpp and others) give that number to a type of their own, so run the file with the fork that it was made for.`,
      );
    }
    const where = `${source.name} is damaged: tensor ${quoted(tensor.name)} begins at byte ${relativeOffset} of the data`;
    if (relativeOffset % alignment !== 0)
      throw new InputError(`${where}, which is not a multiple of ${alignment}.`);
    if (relativeOffset < expected) throw new InputError(`${where}, where it overlaps tensor ${previous}.`);
    if (relativeOffset > expected)
      throw new InputError(`${where}, but should follow the one before it at ${expected}.`);

    const offset = dataOffset + relativeOffset;
    const end = offset + tensor.byteLength;
    if (end > source.size) {
      throw new InputError(
        `${source.name} is truncated: tensor ${quoted(tensor.name)} needs bytes ${offset} to ${end}, the file has ${source.size}.`,
      );
    }
    expected = padded(relativeOffset + tensor.byteLength, alignment);
    previous = quoted(tensor.name);
    previousType = tensor.type;
    return { ...tensor, offset, part: 0 };
  });
}

/** The next multiple of the alignment. */
export const padded = (position: number, alignment: number): number =>
  Math.ceil(position / alignment) * alignment;

/** A whole file of another llama.cpp is not damaged: older ones had types that are gone, forks have their own. */
function unknownType({ source }: Cursor, tensor: string, id: number): InputError {
  const dropped = DROPPED_TYPES.get(id);
  const was =
    dropped === undefined ? '' : ` (once ${dropped}, which llama.cpp has dropped; quantize the model again)`;
  return new InputError(
    `${source.name} has the tensor ${quoted(tensor)} in type ${id}${was}, a type this llama.cpp does not know; forks (BitNet, ik_llama.cpp and others) have types of their own, so run the file with the fork that it was made for.`,
  );
}

function damaged(cursor: Cursor, tensor: string, says: string): InputError {
  return new InputError(`${cursor.source.name} is damaged: tensor ${quoted(tensor)} ${says}.`);
}
