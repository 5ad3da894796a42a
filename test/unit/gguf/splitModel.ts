import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build, smallModel, type Value } from './build.ts';

export const partName = (number: number, count: number) => `m-0000${number}-of-0000${count}.gguf`;

/** Writes the small model in parts into a new folder `split`, and says where each lies. */
export async function splitModel(folder: string, count: 2 | 3): Promise<string[]> {
  const place = path.join(folder, 'split');
  await mkdir(place);
  const { metadata, tensors } = smallModel();
  const share = Math.ceil(tensors.length / count);
  const parts: string[] = [];
  for (let no = 0; no < count; no++) {
    const split: [string, Value][] = [
      ['split.no', ['uint16', no]],
      ['split.count', ['uint16', count]],
      ['split.tensors.count', ['int32', tensors.length]],
    ];
    const bytes = build({
      metadata: [...(no === 0 ? metadata : []), ...split],
      tensors: tensors.slice(no * share, (no + 1) * share),
    });
    const part = path.join(place, partName(no + 1, count));
    await writeFile(part, bytes);
    parts.push(part);
  }
  return parts;
}
