import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CancelledError, InputError } from '../errors.ts';
import { writeAtomically } from '../files/atomicWrite.ts';
import { KEYS } from '../gguf/names.ts';
import { Graph } from '../llama/graph.ts';
import type { Pointer } from '../llama/library.ts';
import type { Runtime } from '../llama/runtime.ts';
import type { Work } from '../work/progress.ts';

/** A metadata value to be written. */
export type NewValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'uint32'; readonly value: number }
  | { readonly type: 'float32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'array'; readonly items: 'string'; readonly value: readonly string[] }
  | { readonly type: 'array'; readonly items: 'int32' | 'float32'; readonly value: readonly number[] };

export interface NewTensor {
  readonly name: string;
  /** ggml's number of the type. */
  readonly type: number;
  /** Elements per dimension, fastest first. */
  readonly ne: readonly number[];
  /** In ggml's layout of the type; a function is called when its turn comes, so that one tensor is held at a time. */
  readonly data: NodeJS.TypedArray | (() => Promise<Uint8Array>);
}

export interface NewGguf {
  readonly metadata: Readonly<Record<string, NewValue>>;
  /** A GGUF file whose metadata are taken over, before `metadata` overrides them. */
  readonly copyFrom?: string;
  /** Keys of `copyFrom` that are not taken over. */
  readonly without?: readonly string[];
  readonly tensors: readonly NewTensor[];
  /** Files that are never written, whatever `path` says. `copyFrom` is one of them. */
  readonly protect?: readonly string[];
  /** The file's permissions; what the process's umask leaves without it. */
  readonly mode?: number;
}

/** What `gguf_init_empty` gives a file; ggml lays tensors out by it, whatever a copied `general.alignment` says. */
const alignment = 32;
/** ggml's `GGML_MAX_NAME` with its closing zero. */
const maxNameLength = 63;
const piece = 16 << 20;

/**
 * Writes a GGUF file beside `path` and renames it: the header by ggml itself, then the data of one tensor at a time.
 * Metadata that say how a copied file was laid out (its alignment, its parts) do not belong to the new one and are
 * left out.
 *
 * @throws InputError where the place cannot be written or `copyFrom` is no GGUF file
 */
export async function writeGguf(
  runtime: Runtime,
  path: string,
  gguf: NewGguf,
  work: Work = {},
): Promise<void> {
  const { header, sizes } = layOut(runtime, gguf);
  const protect = [...(gguf.protect ?? []), ...(gguf.copyFrom === undefined ? [] : [gguf.copyFrom])];
  await writeAtomically(
    path,
    (temporary) => pipeline(contents(header, sizes, gguf.tensors, work), createWriteStream(temporary)),
    { protect, ...(gguf.mode !== undefined && { mode: gguf.mode }) },
  );
}

/** The digest of the file that `writeGguf` would write. */
export async function digestGguf(runtime: Runtime, gguf: NewGguf, work: Work = {}): Promise<string> {
  const { header, sizes } = layOut(runtime, gguf);
  const hash = createHash('sha256');
  for await (const bytes of contents(header, sizes, gguf.tensors, work)) hash.update(bytes);
  return `sha256:${hash.digest('hex')}`;
}

async function* contents(
  header: Uint8Array,
  sizes: readonly number[],
  tensors: readonly NewTensor[],
  { signal, report }: Work,
): AsyncGenerator<Uint8Array> {
  yield header;
  const total = sizes.reduce((sum, size) => sum + size, 0);
  let written = 0;
  for (const [index, { name, data }] of tensors.entries()) {
    const size = sizes[index];
    const view = typeof data === 'function' ? await data() : data;
    if (view.byteLength !== size) {
      throw new Error(`the data of ${name} have ${view.byteLength} bytes, its type and shape need ${size}`);
    }
    const bytes = new Uint8Array(view.buffer, view.byteOffset, view.byteLength);
    for (let at = 0; at < size; at += piece) {
      if (signal?.aborted) throw new CancelledError('Writing the file');
      report?.('writing tensors', (written + at) / total);
      yield bytes.subarray(at, at + piece);
    }
    yield new Uint8Array((alignment - (size % alignment)) % alignment);
    written += size;
  }
}

/** The header with its padding, and the bytes of every tensor. */
function layOut(runtime: Runtime, gguf: NewGguf): { header: Uint8Array; sizes: number[] } {
  const { c } = runtime;
  const context = c.gguf_init_empty();
  using graph = new Graph(runtime, gguf.tensors.length + 1);
  try {
    if (gguf.copyFrom !== undefined) copyMetadata(runtime, context, gguf.copyFrom, gguf.without ?? []);
    for (const [key, value] of Object.entries(gguf.metadata)) setValue(runtime, context, key, value);
    const names = new Set<string>();
    const sizes = gguf.tensors.map(({ name, type, ne }) => {
      // ggml would end the process over the one and cut the other short
      if (names.has(name)) throw new Error(`two tensors are called ${name}`);
      if (Buffer.byteLength(name) > maxNameLength) throw new Error(`the tensor name ${name} is too long`);
      names.add(name);
      const tensor = graph.tensor(type, ...ne);
      c.ggml_set_name(tensor.pointer, name);
      c.gguf_add_tensor(context, tensor.pointer);
      return Number(c.ggml_nbytes(tensor.pointer));
    });
    const header = new Uint8Array(Number(c.gguf_get_meta_size(context)));
    c.gguf_get_meta_data(context, header);
    return { header, sizes };
  } finally {
    c.gguf_free(context);
  }
}

function copyMetadata(
  { c, takeComplaints }: Runtime,
  context: Pointer,
  path: string,
  without: readonly string[],
): void {
  takeComplaints();
  const source = c.gguf_init_from_file(path, { no_alloc: true, ctx: null });
  if (source === null) throw new InputError(`${path} cannot be read as a GGUF file: ${takeComplaints()}`);
  c.gguf_set_kv(context, source);
  c.gguf_free(source);
  const ofItsFile = [KEYS.alignment, 'split.no', 'split.count', 'split.tensors.count'];
  for (const key of [...ofItsFile, ...without]) {
    c.gguf_remove_key(context, key);
  }
}

/** `enum gguf_type` of the items that arrays of numbers may have. */
const itemTypes = { int32: 5, float32: 6 } as const;

function setValue({ c }: Runtime, context: Pointer, key: string, entry: NewValue): void {
  refuseZeros(key, entry);
  if (entry.type === 'string') c.gguf_set_val_str(context, key, entry.value);
  else if (entry.type === 'uint32') c.gguf_set_val_u32(context, key, entry.value);
  else if (entry.type === 'float32') c.gguf_set_val_f32(context, key, entry.value);
  else if (entry.type === 'bool') c.gguf_set_val_bool(context, key, entry.value);
  else if (entry.items === 'string') {
    c.gguf_set_arr_str(context, key, [...entry.value], entry.value.length);
  } else {
    const items = entry.items === 'int32' ? Int32Array.from(entry.value) : Float32Array.from(entry.value);
    c.gguf_set_arr_data(context, key, itemTypes[entry.items], items, items.length);
  }
}

/** ggml takes C strings, which end at the first zero: nothing is cut short unnoticed. */
function refuseZeros(key: string, { value }: NewValue): void {
  const texts: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (texts.some((text) => typeof text === 'string' && text.includes('\0'))) {
    throw new InputError(`The value of ${key} holds a zero character, which a GGUF file cannot keep.`);
  }
}
