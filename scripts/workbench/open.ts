import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isInstalled, vsix } from './places.ts';
import { sampleWorkspace } from './sampleWorkspace.ts';
import { installVsix, Server } from './server.ts';

/**
 * `npm run open:workbench`: the extension in a real VS Code in the browser, with a scratch copy of the sample. Ctrl-C ends it
 * and removes all that it wrote.
 */

if (!isInstalled()) throw new Error('"npm run install:workbench" installs what is needed.');
const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
const extensions = await mkdtemp(path.join(tmpdir(), 'palimpsest-extensions-'));
const folder = await sampleWorkspace();
try {
  await installVsix(vsix, extensions);
  await using server = await Server.start({ extensions });
  process.stdout.write(`Open ${server.address(folder)}\nCtrl-C ends it and removes ${folder}.\n`);
  await ended;
} finally {
  await rm(folder, { recursive: true, force: true });
  await rm(extensions, { recursive: true, force: true });
}
