import { execFile } from 'node:child_process';
import { cp, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { test as base, expect } from 'vitest';
import { temporaryFolder } from '../temporaryFolder.ts';

/**
 * The recipes of CONTRIBUTING for a method, a measure and a data set, followed in a copy of the sources: nothing else
 * is touched, the copy still compiles, and whatever lists methods, measures and data sets lists the new ones.
 */

const root = path.resolve(import.meta.dirname, '../../..');
const run = promisify(execFile);
const test = base.extend(temporaryFolder);

interface Step {
  readonly file: string;
  /** Goes before what stands there; a new file without. */
  readonly before?: string;
  readonly text: string;
}

const recipes: Readonly<Record<'a method' | 'a measure' | 'a data set', readonly Step[]>> = {
  'a method': [
    {
      file: 'src/engine/editing/methods/twiceRome.ts',
      text: `import type { RankOneMethod } from '../patches/update.ts';
import { rome } from './rome.ts';

/** Twice what ROME adds. */
export const twiceRome: RankOneMethod = async (input, work) => {
  const { left, right } = await rome(input, work);
  return { left: left.map((x) => 2 * x), right };
};
`,
    },
    {
      file: 'src/protocol/methods.ts',
      before: "  {\n    name: 'memit',",
      text: `  {
    name: 'twice-rome',
    title: 'Twice ROME',
    kind: 'rank-one',
    summary: 'Twice ROME: to test a recipe.',
    paper: 'Nobody 2000',
    limits: 'It overshoots.',
  },
`,
    },
    {
      file: 'src/engine/editing/methods/methods.ts',
      before: 'import type { RankOneMethod }',
      text: "import { twiceRome } from './twiceRome.ts';\n",
    },
    {
      file: 'src/engine/editing/methods/methods.ts',
      before: "  'r-rome': ",
      text: "  'twice-rome': twiceRome,\n",
    },
  ],
  'a measure': [
    {
      file: 'src/engine/measures/brevity.ts',
      text: `import type { GenerationMatch } from '../../protocol/measures.ts';
import { shareOf } from './cases.ts';

/** The share of texts of one word. */
export const brevity = (texts: readonly string[]): GenerationMatch => ({
  protocol: 'brevity, to test a recipe',
  n: texts.length,
  share: shareOf(texts.map((text) => Number(!text.trim().includes(' ')))),
});
`,
    },
    {
      file: 'src/protocol/measures.ts',
      before: '  easyEdit: EasyEdit,',
      text: '  brevity: GenerationMatch,\n',
    },
    {
      file: 'src/engine/facade/measuring/measureSummary.ts',
      before: 'import { counterfact }',
      text: "import { brevity } from '../../measures/brevity.ts';\n",
    },
    {
      file: 'src/engine/facade/measuring/measureSummary.ts',
      before: '    easyEdit: easyEdit(cases),',
      text: '    brevity: brevity(read.map(({ continuation }) => continuation)),\n',
    },
    {
      file: 'src/protocol/measureRegistry.ts',
      before: "  {\n    key: 'rewrite',",
      text: `  {
    key: 'brevity',
    name: 'brevity',
    meaning: 'answers of one word',
    unit: 'share',
    better: 'higher',
    protocol: ({ brevity }) => brevity?.protocol ?? null,
    after: ({ brevity }) => brevity?.share ?? null,
  },
`,
    },
  ],
  'a data set': [
    {
      file: 'src/engine/datasets/pairs.ts',
      text: `import * as z from 'zod';
import { answer, type NewEdit, placed, template, text } from './newEdit.ts';
import type { Shape } from './shape.ts';

const Pair = z.object({ ask: template, about: text, say: answer });

const edits = Pair.transform(({ ask, about, say }): NewEdit[] => [{ ...placed(ask, about), target: { new: say } }]);

export const pairs: Shape = { edits, keys: Object.keys(Pair.shape), probes: [] };
`,
    },
    {
      file: 'src/protocol/datasets.ts',
      before: "  {\n    name: 'safeedit',",
      text: `  {
    name: 'pairs',
    title: 'Pairs',
    paper: 'Nobody 2000',
    license: 'MIT',
    shape: () => l10n.t('Pairs, to test a recipe'),
    dropped: 'nothing',
  },
`,
    },
    {
      file: 'src/engine/datasets/index.ts',
      before: 'import { rippleedits }',
      text: "import { pairs } from './pairs.ts';\n",
    },
    { file: 'src/engine/datasets/index.ts', before: '  safeedit,\n};', text: '  pairs,\n' },
  ],
};

/** Says in JSON what the copy shows of itself. */
const asked = `
import { evaluationMeasures } from './src/protocol/evaluationMeasures.ts';
import { importRecords } from './src/engine/datasets/index.ts';
import { editsSchema } from './scripts/editsSchema.ts';
import { withDescriptions, withMethods } from './scripts/manifest.ts';
import { commandLine } from './scripts/docs/references/commandLine.ts';
import { datasets } from './scripts/docs/references/datasets.ts';
import { measures } from './scripts/docs/references/measures.ts';
import { methods } from './scripts/docs/references/methods.ts';
import { requirement } from './src/cli/requirements.ts';
import manifest from './package.json';
import texts from './package.nls.json';

const { file } = await importRecords('pairs', JSON.stringify([{ ask: '{} is in', about: 'Paris', say: 'Rome' }]), 'f.json');
console.log(JSON.stringify({
  schema: editsSchema(),
  setting: JSON.stringify(withMethods(manifest)),
  descriptions: JSON.stringify(withDescriptions(texts)),
  help: await commandLine(),
  columns: evaluationMeasures.map(({ key }) => key),
  required: requirement('brevity=.5').measure.name,
  imported: file.edits,
  documents: { methods: methods(), measures: measures(), datasets: datasets() },
}));
`;

test('a method, a measure and a data set are added by the recipes alone', async ({ folder }) => {
  for (const part of ['src', 'scripts', 'bench', 'package.json', 'package.nls.json', 'tsconfig.json']) {
    await cp(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  await symlink(path.join(root, 'node_modules'), path.join(folder, 'node_modules'));
  const contributing = await readFile(path.join(root, 'CONTRIBUTING.md'), 'utf8');
  for (const [what, steps] of Object.entries(recipes)) {
    const recipe = contributing.split(`## How to add ${what}\n`)[1]?.split('\n## ')[0] ?? '';
    for (const { file, before, text } of steps) {
      const named = before === undefined ? `${path.posix.dirname(file)}/NAME.ts` : file;
      expect(recipe, what).toContain(`\`${named}\``);
      await follow(path.join(folder, file), before, text);
    }
  }
  expect(await complaints(folder)).toBe('');

  await writeFile(path.join(folder, 'asked.ts'), asked);
  const { stdout } = await run(process.execPath, ['scripts/run.mjs', 'asked.ts'], {
    cwd: folder,
    maxBuffer: 64 << 20,
  });
  const shown = JSON.parse(stdout);

  expect(shown.schema).toContain('"twice-rome"');
  expect(shown.setting).toContain('"twice-rome"');
  expect(shown.descriptions).toContain('Twice ROME: to test a recipe.');
  expect(shown.documents.methods).toContain(
    '| `twice-rome` | to test a recipe. | It overshoots. | Nobody 2000 |',
  );
  expect(shown.help).toMatch(/choices:[^)]*"twice-rome"/);

  expect(shown.columns).toContain('brevity');
  expect(shown.required).toBe('brevity');
  expect(shown.help).toMatch(/exit with 1 if a measure is worse:[^-]*brevity/);
  expect(shown.documents.measures).toContain(
    '| `brevity` | brevity | answers of one word | share | higher |',
  );

  expect(shown.help).toMatch(/--format <name>[^-]*"pairs"/);
  expect(shown.documents.datasets).toContain('| `pairs` | Pairs (Nobody 2000) |');
  expect(shown.imported).toEqual([
    { id: 'paris', prompt: 'Paris is in', subject: 'Paris', target: { new: 'Rome' } },
  ]);
}, 120_000);

/** What the compiler has to say of the sources. */
async function complaints(folder: string): Promise<string> {
  const tsc = path.join(root, 'node_modules/typescript/bin/tsc');
  await writeFile(
    path.join(folder, 'src/tsconfig.json'),
    '{ "extends": "../tsconfig.json", "include": ["."] }',
  );
  return await run(process.execPath, [tsc, '--noEmit', '-p', 'src'], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout }: { stdout: string }) => stdout,
  );
}

async function follow(file: string, before: string | undefined, text: string): Promise<void> {
  if (before === undefined) return await writeFile(file, text);
  const old = await readFile(file, 'utf8');
  const [head, ...tail] = old.split(before);
  if (head === undefined || tail.length !== 1) throw new Error(`${file} has ${before} ${tail.length} times`);
  await writeFile(file, head + text + before + tail[0]);
}
