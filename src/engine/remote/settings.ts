import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { InputError } from '../errors.ts';

/**
 * The variables that the hub's own client goes by, so that whoever is logged in there is here.
 * Source: huggingface_hub, `constants.py` and `utils/_auth.py`.
 */

const usual = 'https://huggingface.co';

/** Where the hub is: HF_ENDPOINT, for mirrors and hubs of one's own. Without a slash at its end. */
export function endpoint(): string {
  const given = process.env['HF_ENDPOINT'];
  if (given === undefined || given === '') return usual;
  if (/^https?:\/\/[^\s/@]+(?:\/[^\s@]*)?$/i.test(given) && URL.canParse(given))
    return given.replace(/\/+$/, '');
  throw new InputError(`HF_ENDPOINT is ${JSON.stringify(given)}, not an address that begins with https://.`);
}

/** HF_TOKEN, else what `hf auth login` wrote. */
export async function hubToken(): Promise<string | undefined> {
  const own = process.env['HF_TOKEN'] || process.env['HUGGING_FACE_HUB_TOKEN'];
  if (own) return cleaned(own);
  if (isSet('HF_HUB_DISABLE_IMPLICIT_TOKEN')) return undefined;
  const cache = process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache');
  const home = process.env['HF_HOME'] || path.join(cache, 'huggingface');
  const file = process.env['HF_TOKEN_PATH'] || path.join(home, 'token');
  return cleaned(await readFile(file, 'utf8').catch(() => ''));
}

/** @throws InputError where the user said that no network is to be used */
export function expectOnline(name: string): void {
  if (isSet('HF_HUB_OFFLINE')) throw new InputError(`${name} is not read, since HF_HUB_OFFLINE is set.`);
}

/** What is no token of printable characters would make another header. */
function cleaned(text: string): string | undefined {
  const token = text.trim();
  return /^[\x21-\x7e]+$/.test(token) ? token : undefined;
}

const isSet = (variable: string): boolean => /^(1|on|yes|true)$/i.test(process.env[variable] ?? '');
