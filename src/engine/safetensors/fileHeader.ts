import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import type { ByteSource } from '../files/source.ts';
import { isLfsPointer, TELLING } from '../gguf/notGguf.ts';
import { listed } from '../json/json.ts';
import { readJson } from '../json/readJson.ts';
import { DTYPES, type Dtype } from './dtypes.ts';

/** A tensor as a safetensors file holds it. */
export interface StoredTensor {
  readonly name: string;
  readonly dtype: Dtype;
  /** Outermost dimension first, as PyTorch writes shapes; none for a single number. */
  readonly shape: readonly number[];
  readonly elements: number;
  /** In bytes from the beginning of the file. */
  readonly offset: number;
  readonly byteLength: number;
  /** Which file of the checkpoint holds it, from 0. */
  readonly part: number;
}

/** What a safetensors file says of itself. */
export interface FileHeader {
  /** `__metadata__`: texts by key. */
  readonly metadata: ReadonlyMap<string, string>;
  /** In the order of their data. */
  readonly tensors: readonly StoredTensor[];
  /** Where the first tensor's data begins, in bytes. */
  readonly dataOffset: number;
}

/** The format allows 100 MB; tens of thousands of tensors take a few. */
const maxHeaderLength = 16 << 20;
const maxTensors = 200_000;
const lengthBytes = 8;
const maxDimensions = 8;

/**
 * Reads and checks the header of one safetensors file: bounded JSON without a key twice, and tensors whose sizes fit
 * their shapes and which fill the file without gaps and without overlapping, as the format demands.
 * Errors: `InputError`, one sentence with the file's name. Specification: the safetensors README, "Format".
 */
export async function readFileHeader(source: ByteSource, part: number): Promise<FileHeader> {
  const { name, size } = source;
  if (size < lengthBytes) throw new InputError(`${name} is too short for a safetensors file.`);
  if (isLfsPointer(await source.read(0, TELLING))) {
    throw new InputError(
      `${name} is a Git LFS pointer and not the file itself; fetch the content with "git lfs pull".`,
    );
  }
  const length = lengthOf(await source.read(0, lengthBytes));
  if (length > BigInt(size - lengthBytes) || length < 2n) {
    throw new InputError(
      `${name} is damaged: its header is said to have ${length} bytes, the file has ${size}.`,
    );
  }
  if (length > BigInt(maxHeaderLength)) {
    throw new InputError(`${name} has a header of more than ${maxHeaderLength >> 20} MB, which is not read.`);
  }
  const dataOffset = lengthBytes + Number(length);
  const entries = objectOf(name, await source.read(lengthBytes, Number(length)));
  const metadata = metadataOf(name, entries['__metadata__']);
  const tensors = Object.entries(entries)
    .filter(([key]) => key !== '__metadata__')
    .map(([key, entry]) => tensorOf(name, key, entry, dataOffset, part))
    .sort((a, b) => a.offset - b.offset);
  expectFilled(source, tensors, dataOffset);
  return { metadata, tensors, dataOffset };
}

const lengthOf = (bytes: Uint8Array): bigint =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(0, true);

function objectOf(name: string, bytes: Uint8Array): Readonly<Record<string, unknown>> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new InputError(`${name} is damaged: its header is not UTF-8 text.`, { cause });
  }
  // a tensor has three entries, two of them lists of a few numbers
  const read = readJson(text, 16 * maxTensors, maxTensors);
  if ('problems' in read) {
    throw new InputError(
      `${name} is damaged: its header is not valid JSON (${listed(read.problems.slice(0, 1), 'header')}).`,
    );
  }
  if (isRecord(read.value)) return read.value;
  throw new InputError(`${name} is damaged: its header is not a JSON object.`);
}

function metadataOf(name: string, value: unknown): ReadonlyMap<string, string> {
  if (value === undefined) return new Map();
  const entries = isRecord(value) ? Object.entries(value) : [];
  if (!isRecord(value) || entries.some(([, text]) => typeof text !== 'string')) {
    throw new InputError(`${name} is damaged: its __metadata__ are not texts by key.`);
  }
  return new Map(entries.map(([key, text]) => [key, String(text)]));
}

function tensorOf(
  file: string,
  name: string,
  entry: unknown,
  dataOffset: number,
  part: number,
): StoredTensor {
  const wrong = (what: string) => new InputError(`${file} is damaged: tensor ${quoted(name)} ${what}.`);
  if (!isRecord(entry)) throw wrong('has no description');
  const { dtype: called, shape, data_offsets: offsets } = entry;
  const dtype = typeof called === 'string' ? DTYPES.get(called) : undefined;
  if (dtype === undefined)
    throw wrong(`is of the type ${quoted(String(called))}, which safetensors does not have`);
  if (!isSizes(shape) || shape.length > maxDimensions) throw wrong('has no sound shape');
  const elements = shape.reduce((product, n) => product * n, 1);
  if (elements === 0) throw wrong(`has the shape [${shape.join(', ')}] and so no elements`);
  if (!Number.isSafeInteger(elements * dtype.bits))
    throw wrong(`claims the impossible shape [${shape.join(', ')}]`);
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : [];
  if (begin === undefined || end === undefined || begin > end) throw wrong('has no sound place in the file');
  const byteLength = (elements * dtype.bits) / 8;
  if (end - begin !== byteLength) {
    throw wrong(
      `takes ${end - begin} bytes, but its shape [${shape.join(', ')}] of ${dtype.name} needs ${byteLength}`,
    );
  }
  return { name, dtype, shape, elements, offset: dataOffset + begin, byteLength, part };
}

/** No byte belongs to two tensors, or to none. */
function expectFilled(
  { name, size }: ByteSource,
  tensors: readonly StoredTensor[],
  dataOffset: number,
): void {
  let expected = dataOffset;
  let before = 'the header';
  for (const tensor of tensors) {
    const called = quoted(tensor.name);
    if (tensor.offset < expected)
      throw new InputError(`${name} is damaged: tensor ${called} overlaps ${before}.`);
    if (tensor.offset > expected) {
      throw new InputError(
        `${name} is damaged: ${tensor.offset - expected} bytes between ${before} and tensor ${called} belong to none, which the format forbids.`,
      );
    }
    expected = tensor.offset + tensor.byteLength;
    before = `tensor ${called}`;
  }
  if (expected > size) {
    throw new InputError(`${name} is truncated: ${before} ends at byte ${expected}, the file has ${size}.`);
  }
  if (expected < size) {
    throw new InputError(
      `${name} is damaged: ${size - expected} bytes after ${before} belong to no tensor, which the format forbids.`,
    );
  }
}

const isSizes = (value: unknown): value is readonly number[] =>
  Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && n >= 0);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
