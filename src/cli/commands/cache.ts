import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { aboutKept } from '../../engine/cache/aboutKept.ts';
import { cacheLimit, keptFiles } from '../../engine/cache/kept.ts';
import { cacheFolder, hasCacheFolder } from '../../engine/files/cacheFolder.ts';
import { fileError } from '../../engine/files/fileErrors.ts';
import { nameOfBlob } from '../../engine/remote/keptBlob.ts';
import { removeBlob, storedBlobs } from '../../engine/remote/keptBlobs.ts';
import { bytes, plural } from '../../text/numbers.ts';
import { visible } from '../../text/visible.ts';
import type { DefineCommand } from '../cli.ts';
import { printJson } from '../json.ts';

const examples = `
Examples:
  $ palimpsest cache
  $ palimpsest cache clear

What is computed is kept up to a limit of 10 GB (PALIMPSEST_CACHE_GB), beyond which the least recently used goes; so is, apart
from it, what was downloaded of models that were named with their file (hf:user/model/file.gguf, https:). Models that were
named without one (hf:user/model:Q4_K_M) stay until they are cleared.
`;

interface Listed {
  readonly file: string;
  readonly kind: string;
  readonly about: string;
  readonly bytes: number;
  readonly lastUse: string;
}

export const cache: DefineCommand = (program, cli) => {
  const parent = program
    .command('cache')
    .description('show what is cached: covariances, eigenvectors, sweeps, downloaded models')
    .option('--json', 'print JSON')
    .addHelpText('after', examples)
    .action(async ({ json }: { json?: true }) => {
      const [folder, files] = [cacheFolder(), await listed()];
      const limit = cacheLimit();
      if (json) return cli.terminal.out(printJson({ folder, limit, files }));
      const table = cli.style.table(
        [
          { head: 'kept' },
          { head: 'for' },
          { head: 'size', align: 'right' },
          { head: 'last used' },
          { head: 'file' },
        ],
        files.map(({ kind, about, bytes: size, lastUse, file }) => [
          kind,
          visible(about),
          bytes(size),
          lastUse.slice(0, 10),
          visible(path.relative(folder, file)),
        ]),
      );
      const total = files.reduce((sum, file) => sum + file.bytes, 0);
      const says = `${visible(folder)}: ${plural(files.length, 'file')}, ${bytes(total)}; the limit is ${bytes(limit)}, without models that were named without a file.`;
      cli.terminal.out(`${files.length === 0 ? '' : `${table}\n`}${says}\n`);
    });
  parent
    .command('clear')
    .description('remove all of it; what is needed is computed or downloaded again')
    .action(async () => {
      const files = await listed();
      for (const { file } of files) {
        await removeBlob(file).catch((error: unknown) => {
          throw fileError(file, error);
        });
      }
      const total = files.reduce((sum, file) => sum + file.bytes, 0);
      cli.terminal.out(`${plural(files.length, 'file')} removed, ${bytes(total)}.\n`);
    });
};

async function listed(): Promise<Listed[]> {
  const folder = cacheFolder();
  if (!(await hasCacheFolder(folder))) return [];
  const computed = await Promise.all(
    (await keptFiles(folder)).map(async ({ lastUse, ...kept }) => ({
      ...kept,
      about: await aboutKept(kept.file),
      lastUse: lastUse.toISOString(),
    })),
  );
  const fetched = await Promise.all(
    (await storedBlobs()).map(async ({ file, bytes: size, lastUse }) => ({
      file,
      kind: 'download',
      about: await nameOfBlob(file),
      bytes: size,
      lastUse: lastUse.toISOString(),
    })),
  );
  return [...computed, ...fetched, ...(await models(path.join(folder, 'models')))];
}

async function models(folder: string): Promise<Listed[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const found = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      const { size, mtime } = await stat(file);
      return { file, kind: 'model', about: 'a download', bytes: size, lastUse: mtime.toISOString() };
    }),
  );
  return found.sort((a, b) => b.lastUse.localeCompare(a.lastUse));
}
