import type { Answer } from './http.ts';
import { connectionError } from './http.ts';
import { Refused } from './refused.ts';

/** All of a short answer, as text. @throws Refused where it is longer than `most` bytes, Transient where it breaks off */
export async function readBody({ body, url }: Answer, most: number, signal?: AbortSignal): Promise<string> {
  const pieces: Buffer[] = [];
  let length = 0;
  try {
    for await (const piece of body) {
      pieces.push(piece);
      length += piece.length;
      if (length > most)
        throw new Refused(`${url.host} sends more than ${most >> 20} MB where a list was asked for`);
    }
  } catch (error) {
    throw connectionError(error, url.host, signal);
  }
  return Buffer.concat(pieces).toString('utf8');
}
