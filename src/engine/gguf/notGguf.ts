import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';

/** Bytes of a file's beginning that tell what it is. */
export const TELLING = 64;

type Test = (beginning: string) => boolean;

const one =
  (...prefixes: string[]): Test =>
  (beginning) =>
    prefixes.some((prefix) => beginning.startsWith(prefix));

const isPointer = one('version https://git-lfs');

/** Whether a file that begins so stands for another that Git LFS keeps. @param beginning at most `TELLING` bytes */
export const isLfsPointer = (beginning: Uint8Array): boolean => isPointer(String.fromCharCode(...beginning));

const convert = 'convert the model to GGUF with convert_hf_to_gguf.py of llama.cpp';

/** What stands in the place of a model by mistake: how it begins (as Latin-1), what it is, and what to do. */
const KINDS: readonly (readonly [Test, string])[] = [
  [isPointer, 'a Git LFS pointer and not the file itself; fetch the content with "git lfs pull"'],
  [
    (text) => /^(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|head|\?xml|!--)/i.test(text),
    'a web page and not a model; download the file itself',
  ],
  [one('PK\x03\x04'), `a zip archive, as PyTorch writes its checkpoints; ${convert}`],
  [
    one('\x80\x02', '\x80\x03', '\x80\x04', '\x80\x05'),
    `a Python pickle, as PyTorch's old checkpoints are; ${convert}`,
  ],
  // a 64-bit length and JSON of that length
  [(text) => text.slice(5, 9) === '\0\0\0{', `a safetensors file; ${convert}`],
  // the numbers of the magics in llama.cpp's past, least byte first: ggml, ggmf, ggjt, ggla
  [
    one('lmgg', 'fmgg', 'tjgg', 'algg'),
    'in a format of ggml from before GGUF (August 2023), which llama.cpp no longer reads; look for the model as GGUF, or convert it again',
  ],
  [
    one('\x1f\x8b', 'BZh', '\xfd7zXZ', '7z\xbc\xaf', '\x28\xb5\x2f\xfd', 'Rar!'),
    'a compressed file; unpack it first',
  ],
  [one('\x89HDF\r\n'), `an HDF5 file; ${convert}`],
];

/** What a file is that does not begin as GGUF does: one sentence. @param beginning at most `TELLING` bytes */
export function notGguf(name: string, beginning: Uint8Array): InputError {
  const text = String.fromCharCode(...beginning);
  const kind = KINDS.find(([begins]) => begins(text))?.[1];
  if (kind !== undefined) return new InputError(`${name} is ${kind}.`);
  if (/^[\x20-\x7e\s]{4,}$/.test(text)) {
    return new InputError(
      `${name} is a text and not a GGUF file; it begins with ${quoted(text.trim().slice(0, 40))}, possibly a server's answer instead of the file.`,
    );
  }
  const four = text.slice(0, 4).replace(/[^\x20-\x7e]/g, '?');
  return new InputError(`${name} is not a GGUF file (it begins with ${quoted(four)}).`);
}
