import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { lineageOf } from '../../../src/engine/gguf/lineage.ts';
import { modelCard } from '../../../src/engine/safetensors/modelCard.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

/** What gguf-py makes of a model card; names as its `id_to_title` writes them. */

const test = base.extend(temporaryFolder);

async function lineageIn(folder: string, head: string) {
  await writeFile(path.join(folder, 'README.md'), `---\n${head}\n---\nbase_model: not/here\n`);
  return lineageOf({ metadata: await modelCard(folder) });
}

test('every base is named, with its organization and where it is', async ({ folder }) => {
  const { bases, license } = await lineageIn(
    folder,
    'license: apache-2.0\nbase_model:\n- meta-llama/Llama-3.2-1B-instruct\n- "mistralai/mistral-7b-v0.1"\n- plain-name',
  );
  expect(license).toBe('apache-2.0');
  expect(bases.map(({ name, organization, repoUrl }) => [name, organization, repoUrl])).toEqual([
    ['Llama 3.2 1B Instruct', 'Meta Llama', 'https://huggingface.co/meta-llama/Llama-3.2-1B-instruct'],
    ['Mistral 7b v0.1', 'Mistralai', 'https://huggingface.co/mistralai/mistral-7b-v0.1'],
    ['Plain Name', null, null],
  ]);
});

test('a card without a head, or with a damaged or hostile one, says nothing', async ({ folder }) => {
  const nothing = { bases: [], license: null };
  expect(lineageOf({ metadata: await modelCard(folder) })).toMatchObject(nothing);
  for (const head of ['base_model: [', '- a list', 'base_model: 7', 'base_model: {a: b}', bomb()]) {
    expect(await lineageIn(folder, head), head.slice(0, 40)).toMatchObject(nothing);
  }
  await writeFile(path.join(folder, 'README.md'), '# A model\n\nbase_model: a/b\n');
  expect(lineageOf({ metadata: await modelCard(folder) })).toMatchObject(nothing);
});

/** Nine lists of nine aliases each, of each other. */
function bomb(): string {
  const lists = Array.from({ length: 9 }, (_, i) => {
    const items = Array.from({ length: 9 }, () => (i === 0 ? 'lol' : `*l${i - 1}`));
    return `l${i}: &l${i} [${items.join(', ')}]`;
  });
  return [...lists, 'base_model: *l8'].join('\n');
}
