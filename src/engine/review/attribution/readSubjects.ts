import { readText } from '../../json/readText.ts';

const maxBytes = 8 << 20;

/** Names from a text file, one a line; empty lines are passed over. */
export async function readSubjects(path: string): Promise<string[]> {
  const lines = (await readText(path, maxBytes)).split(/\r?\n/).map((line) => line.trim());
  return lines.filter((line) => line !== '');
}
