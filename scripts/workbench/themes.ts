import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Workbench } from '../../test/workbench/drive/workbench.ts';
import { root, vsix } from './places.ts';
import { installVsix } from './server.ts';

/**
 * `npm run build:themes`: what the real workbench tells a webview of each of its built-in themes, of what our pages use,
 * written to test/webview/rig/themes.json. From there the pages are tested in all of them.
 */

const themes = {
  dark: 'Dark Modern',
  light: 'Light Modern',
  highContrast: 'Default High Contrast',
  highContrastLight: 'Default High Contrast Light',
  darkPlus: 'Dark+',
  lightPlus: 'Light+',
  monokai: 'Monokai',
  solarized: 'Solarized Light',
};

interface Told {
  readonly id: string;
  readonly kind: string;
  readonly variables: readonly (readonly [name: string, value: string])[];
}

const used = await variablesOfPages();
const extensions = await mkdtemp(path.join(tmpdir(), 'palimpsest-extensions-'));
const found: Record<string, { kind: string; variables: Record<string, string> }> = {};
try {
  await installVsix(vsix, extensions);
  for (const [name, theme] of Object.entries(themes)) {
    const { id, kind, variables } = await toldIn(theme);
    if (id !== theme) throw new Error(`The workbench knows no theme "${theme}" and shows "${id}".`);
    const ours = variables.filter(([variable]) => used.has(variable));
    found[name] = { kind, variables: Object.fromEntries(ours.toSorted(([a], [b]) => (a < b ? -1 : 1))) };
    process.stdout.write(`${theme}: ${kind}, ${ours.length} variables\n`);
  }
} finally {
  await rm(extensions, { recursive: true, force: true });
}
await writeFile(path.join(root, 'test/webview/rig/themes.json'), `${JSON.stringify(found, null, 2)}\n`);

async function toldIn(theme: string): Promise<Told> {
  await using workbench = await Workbench.open({ extensions, settings: { 'workbench.colorTheme': theme } });
  await workbench.untilListed();
  await workbench.openFile('almanac.gguf');
  const page = await workbench.header('almanac');
  return await page.evaluate<Told>(`(({ style }, { dataset }) => ({
    id: dataset.vscodeThemeId,
    kind: dataset.vscodeThemeKind,
    variables: Array.from(style, (name) => [name, style.getPropertyValue(name)]),
  }))(document.documentElement, document.body)`);
}

/** The variables that scripts and style sheets of the pages name. */
async function variablesOfPages(): Promise<ReadonlySet<string>> {
  const dist = path.join(root, 'dist/webview');
  const texts = await Promise.all(
    (await readdir(dist)).map((file) => readFile(path.join(dist, file), 'utf8')),
  );
  return new Set(texts.flatMap((text) => text.match(/--vscode-[\w-]+/g) ?? []));
}
