import { homedir } from 'node:os';
import path from 'node:path';

/** Where the engine keeps what it can make again: downloaded models, covariances. */
export function cacheFolder(): string {
  return path.join(process.env['XDG_CACHE_HOME'] || path.join(homedir(), '.cache'), 'palimpsest');
}
