import { openFile } from '../files/source.ts';
import { readHeader, stringOf } from '../gguf/header.ts';
import { readText } from '../json/readText.ts';
import { keptDigestIn } from './keptDigest.ts';
import { Label, labelKey, SweepLabel } from './label.ts';

/** What a kept file is for, in its own words; that it is damaged, where it has none. */
export async function aboutKept(file: string): Promise<string> {
  try {
    if (file.endsWith('.json')) {
      return aboutJson(JSON.parse(await readText(file, 1 << 20)));
    }
    await using source = await openFile(file);
    return Label.parse(JSON.parse(stringOf(await readHeader(source), labelKey) ?? '')).about;
  } catch {
    return 'unreadable, or of an earlier version';
  }
}

function aboutJson(content: unknown): string {
  const digest = keptDigestIn(content);
  if (digest !== undefined) return digest.about;
  const sweep = SweepLabel.parse(content).found;
  return `layers of ${sweep.digest.slice(0, 19)}… by ${sweep.method}`;
}
