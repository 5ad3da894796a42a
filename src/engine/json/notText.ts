import { InputError } from '../errors.ts';

/** What is given in the place of a text by mistake: its first bytes (as Latin-1), what it is, and what to do. */
const KINDS: readonly (readonly [beginning: string, is: string])[] = [
  [
    'version https://git-lfs',
    'a Git LFS pointer and not the file itself; fetch the content with "git lfs pull"',
  ],
  [
    'PAR1',
    'a Parquet file; write its records as JSON Lines first, in Python with pandas.read_parquet(FILE).to_json(OUT, orient="records", lines=True)',
  ],
  ['GGUF', 'a GGUF file and not a text'],
  ...['\x1f\x8b', 'PK\x03\x04', 'BZh', '\xfd7zXZ', '7z\xbc\xaf', '\x28\xb5\x2f\xfd', 'Rar!'].map(
    (beginning) => [beginning, 'a compressed file; unpack it first'] as const,
  ),
];

/** Why a file that begins so is no text; undefined where it may be one. */
export function notText(path: string, bytes: Uint8Array): InputError | undefined {
  const text = String.fromCharCode(...bytes.subarray(0, 32));
  const kind = KINDS.find(([beginning]) => text.startsWith(beginning));
  return kind === undefined ? undefined : new InputError(`${path} is ${kind[1]}.`);
}
