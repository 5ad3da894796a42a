/** In place of Node's `fs` and `fs/promises`: a browser has no files of a machine, so there is none of any name. */

async function absent(path: string): Promise<never> {
  throw Object.assign(new Error(`ENOENT: ${path}`), { code: 'ENOENT' });
}

export const existsSync = (): boolean => false;
export { absent as open, absent as readdir, absent as readFile, absent as stat };
