import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workbench } from '../../test/workbench/drive/workbench.ts';
import { root, vsix } from './places.ts';
import { installVsix } from './server.ts';
import { tour } from './tour.ts';

/**
 * `npm run take:pictures`: photographs the real workbench in three themes into .cache/pictures, to be looked at, and puts the
 * dark ones that README shows into docs/pictures.
 */

const themes = { dark: 'Dark 2026', light: 'Light 2026', 'high-contrast': 'Default High Contrast' };
const shown = ['locality', 'activations', 'lens', 'trace', 'header', 'review'];
const album = path.join(root, '.cache/pictures');

const extensions = await mkdtemp(path.join(tmpdir(), 'palimpsest-extensions-'));
try {
  await installVsix(vsix, extensions);
  for (const [name, theme] of Object.entries(themes)) {
    const folder = path.join(album, name);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    await using workbench = await Workbench.open({ extensions, settings: { 'workbench.colorTheme': theme } });
    await tour(workbench, async (view) => {
      await workbench.page.screenshot({ path: path.join(folder, `${view}.png`) });
    });
  }
} finally {
  await rm(extensions, { recursive: true, force: true });
}
await mkdir(path.join(root, 'docs/pictures'), { recursive: true });
for (const view of shown) {
  await copyFile(path.join(album, 'dark', `${view}.png`), path.join(root, 'docs/pictures', `${view}.png`));
}
process.stdout.write(`${album} holds every view in three themes; docs/pictures those of README.\n`);
