import type { GgufHeader } from '../../protocol/gguf.ts';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { type ByteSource, openFile } from '../files/source.ts';
import type { Work } from '../work/progress.ts';
import { MAGIC, numberOf, readHeader } from './header.ts';
import { padded } from './tensors.ts';

export interface ModelFiles {
  /** The files of the model in order, the first of which llama.cpp is given; one, unless it is split. */
  readonly paths: readonly string[];
  /** The metadata of the first file and the tensors of all; `TensorInfo.part` counts into `paths`. */
  readonly header: GgufHeader;
}

/** How a file is opened; a caller behind `workspace.fs` brings its own. */
export type OpenSource = (path: string) => Promise<ByteSource & AsyncDisposable>;

/**
 * The header of a model that may be split over several files, whichever of them is named. As in llama.cpp, the
 * metadata say whether a file is a part (`split.count`, `split.no` from 0) and the names say where the others are.
 * Errors: `InputError` where a part is absent, is another than its name says, or its header is damaged.
 */
export async function readModelFiles(
  path: string,
  work?: Work,
  open: OpenSource = openFile,
): Promise<ModelFiles> {
  const named = await headerOf(path, work, open);
  const count = numberOf(named, 'split.count') ?? 1;
  if (count <= 1) return { paths: [path], header: named };

  const paths = partsOf(path, count);
  const parts: GgufHeader[] = [];
  for (const [index, part] of paths.entries()) {
    const header = part === path ? named : await partHeader(part, index, count, work, open);
    if (numberOf(header, 'split.count') !== count || numberOf(header, 'split.no') !== index) {
      throw new InputError(
        `${part} does not hold part ${index + 1} of ${count} of the model, as its name says.`,
      );
    }
    checkSplitTypes(header, part);
    parts.push(header);
  }
  return { paths, header: merged(named, parts) };
}

/** llama.cpp ends the process over another type. Source: llama-model-loader.cpp. */
const SPLIT_TYPES = {
  'split.no': 'uint16',
  'split.count': 'uint16',
  'split.tensors.count': 'int32',
} as const;

function checkSplitTypes({ metadata }: GgufHeader, part: string): void {
  for (const [key, type] of Object.entries(SPLIT_TYPES)) {
    const found = metadata.get(key)?.type;
    if (found === undefined || found === type) continue;
    throw new InputError(`${part} is damaged: ${key} is of type ${found}, but is read as ${type}.`);
  }
}

/** llama.cpp's names of the parts (`llama_split_path`): `NAME-00001-of-00003.gguf`. */
function partsOf(path: string, count: number): string[] {
  const named = splitName(path);
  if (named === undefined || Number(named.total) !== count) {
    throw new InputError(
      `${path} is one of ${count} parts of a model, but is not named like NAME-00001-of-${fiveDigits(count)}.gguf, so the others cannot be found.`,
    );
  }
  return Array.from(
    { length: count },
    (_, index) => `${named.prefix}-${fiveDigits(index + 1)}-of-${named.total}.gguf`,
  );
}

/** What a path says of the parts of a model, if it is called one: `NAME-00001-of-00003.gguf`. */
export function splitName(path: string): { readonly prefix: string; readonly total: string } | undefined {
  const { prefix, total } = /^(?<prefix>.+)-\d{5}-of-(?<total>\d{5})\.gguf$/s.exec(path)?.groups ?? {};
  return prefix === undefined || total === undefined ? undefined : { prefix, total };
}

const fiveDigits = (n: number): string => String(n).padStart(5, '0');

async function headerOf(path: string, work: Work | undefined, open: OpenSource): Promise<GgufHeader> {
  await using source = await open(path);
  const header = await readHeader(source, work);
  if (await anotherFollows(source, header)) {
    throw new InputError(
      `${path} holds a second GGUF file behind its own data, as parts do that were joined with "cat"; join them with "llama-gguf-split --merge FIRST-PART OUT" instead, or take the parts as they are.`,
    );
  }
  return header;
}

/** Whether the data end and another file's magic stands there, with or without padding before it. */
async function anotherFollows(source: ByteSource, { tensors, dataOffset, alignment }: GgufHeader) {
  const end = tensors.reduce(
    (last, { offset, byteLength }) => Math.max(last, offset + byteLength),
    dataOffset,
  );
  for (const place of new Set([end, padded(end, alignment)])) {
    if (place + MAGIC.length > source.size) continue;
    const bytes = await source.read(place, MAGIC.length);
    if (MAGIC.every((byte, index) => bytes[index] === byte)) return true;
  }
  return false;
}

async function partHeader(
  part: string,
  index: number,
  count: number,
  work: Work | undefined,
  open: OpenSource,
): Promise<GgufHeader> {
  try {
    return await headerOf(part, work, open);
  } catch (cause) {
    if (!(cause instanceof InputError)) throw cause;
    throw new InputError(`Part ${index + 1} of ${count} of the model cannot be read: ${cause.message}`, {
      cause,
    });
  }
}

function merged(named: GgufHeader, parts: readonly GgufHeader[]): GgufHeader {
  const tensors = parts.flatMap((header, part) => header.tensors.map((tensor) => ({ ...tensor, part })));
  const names = new Set<string>();
  for (const { name } of tensors) {
    if (names.has(name))
      throw new InputError(`${named.name} is damaged: tensor ${quoted(name)} lies in two parts.`);
    names.add(name);
  }
  const first = parts[0] ?? named;
  const claimed = numberOf(first, 'split.tensors.count') ?? tensors.length;
  if (claimed !== tensors.length) {
    throw new InputError(
      `${first.name} is damaged: its parts should hold ${claimed} tensors and hold ${tensors.length}.`,
    );
  }
  return { ...first, tensors, fileSize: parts.reduce((sum, { fileSize }) => sum + fileSize, 0) };
}
