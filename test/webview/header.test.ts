import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { InputError } from '../../src/engine/errors.ts';
import { openFile } from '../../src/engine/files/source.ts';
import type { HeaderAction, HeaderPage, HeaderView, Surroundings } from '../../src/protocol/headerPage.ts';
import { HeaderFile, type ShownFile } from '../../src/workbench/header/headerFile.ts';
import { loadProblem } from '../../src/workbench/header/loadProblem.ts';
import { SafetensorsFile } from '../../src/workbench/header/safetensorsFile.ts';
import type { Handlers } from '../../src/workbench/webviews/servePage.ts';
import { config, llama, writeFolder } from '../unit/safetensors/write.ts';
import { expectAccessible } from './rig/axe.ts';
import { describeInChromium, useChromium } from './rig/chromium.ts';
import { frameRate } from './rig/frameRate.ts';
import { hostOf, largeModel, manyTensors, noValues, patch, patchView, trusted } from './rig/headerViews.ts';
import { openPage } from './rig/openPage.ts';
import { keepPicture } from './rig/screenshot.ts';
import { testInThemes } from './rig/testInThemes.ts';

const almanac = path.resolve('samples/almanac/almanac.gguf');

/** The host as it is in the editor, on a real file. */
function fileHost(file: ShownFile): Handlers<HeaderPage> {
  return {
    read: (_, work) => file.read(work),
    surroundings: () => trusted,
    items: ({ key, from }, work) => file.items(key, from, work),
    text: ({ key }) => file.text(key),
    act: () => null,
    ...noValues,
  };
}

describeInChromium('the page of the .gguf editor', () => {
  const browser = useChromium();
  const open = (handlers: Handlers<HeaderPage>, shape?: Parameters<typeof openPage>[3]) =>
    openPage<HeaderPage>(browser(), 'header', handlers, shape);

  testInThemes('dark', 'every part of a model is accessible and breaks no policy', async (theme) => {
    await using opened = await open(hostOf(largeModel()), { theme });
    const { page } = opened;
    await page.getByRole('heading', { name: 'Wanderer 8B Instruct' }).waitFor();
    await page.getByRole('button', { name: 'Load', exact: true }).waitFor();
    for (const name of ['Overview', 'Tensors', 'Metadata', 'Chat template']) {
      await page.getByRole('tab', { name }).click();
      await page.getByRole('tab', { name, selected: true }).waitFor();
      await expectAccessible(page);
      await keepPicture(page, `header-${name.toLowerCase().replace(' ', '-')}-${theme}`);
    }
    expect(opened.complaints).toEqual([]);
  });

  testInThemes(
    'dark',
    'safetensors show their tensors as PyTorch writes them, and the config',
    async (theme) => {
      const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-'));
      try {
        await writeFolder(folder, config, llama(undefined, 'BF16'));
        const file = new SafetensorsFile(path.join(folder, 'model.safetensors'));
        await using opened = await open(fileHost(file), { theme });
        const { page } = opened;
        await page.getByRole('heading', { name: path.basename(folder) }).waitFor();
        const text = () => page.locator('body').innerText();
        expect(await text()).toContain('LlamaForCausalLM');
        expect(await text()).toContain('Stored as safetensors');
        expect(await text()).toMatch(/the outermost dimension first/);
        expect(await text()).not.toMatch(/Memory to load|GGUF version/);
        await expectAccessible(page);
        await page.getByRole('tab', { name: 'Tensors' }).click();
        await page.getByRole('textbox', { name: 'Search the tensors' }).fill('layers.1 down_proj');
        await expect.poll(text).toMatch(/model\.layers\.1\.mlp\.down_proj\.weight\s+BF16\s+8 × 12\s+96/);
        await keepPicture(page, `header-safetensors-${theme}`);
        await page.getByRole('tab', { name: 'Metadata' }).click();
        await page.getByRole('row', { name: /config\.num_hidden_layers.*2/ }).waitFor();
        await expectAccessible(page);
        expect(opened.complaints).toEqual([]);
      } finally {
        await rm(folder, { recursive: true });
      }
    },
  );

  testInThemes('light', 'a patch shows its facts', async (theme) => {
    const surroundings = (): Surroundings => ({ ...trusted, actions: ['apply', 'inspect', 'openWith'] });
    await using opened = await open(hostOf(patchView(), { surroundings }), { theme });
    const { page } = opened;
    const edit = page.getByRole('article', { name: 'Eiffel Tower' });
    await edit.waitFor();
    expect(await edit.getByRole('heading').innerText()).toBe('Eiffel Tower: Paris → Rome');
    expect(await edit.innerText()).toContain('rome-several-keys');
    await expectAccessible(page);
    await keepPicture(page, `header-patch-${theme}`);
    expect(opened.complaints).toEqual([]);
  });

  testInThemes('highContrast', 'a damaged file is said to be, and can be tried again', async (theme) => {
    const sentence = '/models/broken.gguf is truncated: tensor "a" needs bytes 64 to 4160, the file has 96.';
    let tries = 0;
    const read = () => {
      if (tries++ === 0) throw new InputError(sentence);
      return largeModel();
    };
    await using opened = await open(hostOf(largeModel(), { read }), { theme });
    const { page } = opened;
    expect(await page.getByRole('alert').innerText()).toBe(sentence);
    await expectAccessible(page);
    await keepPicture(page, `header-damaged-${theme}`);
    await page.getByRole('button', { name: 'Try Again' }).click();
    await page.getByRole('heading', { name: 'Wanderer 8B Instruct' }).waitFor();
    expect(opened.complaints).toEqual([]);
  });

  test('the embedded model, read by the editor’s own host: its figures are right', async () => {
    await using opened = await open(fileHost(new HeaderFile(almanac, openFile, loadProblem)));
    const { page } = opened;
    await page.getByRole('tab', { name: 'Overview' }).waitFor();
    const facts = await page.locator('.summary .facts').innerText();
    expect(facts).toMatch(/Architecture\s+llama/);
    expect(facts).toMatch(/Size\s+13\.2 MB/);
    await page.getByRole('tab', { name: 'Metadata' }).click();
    const row = page.getByRole('row').filter({ hasText: 'tokenizer.ggml.tokens' });
    await row.getByRole('button', { name: 'Show all' }).click();
    const last = page.getByRole('button', { name: 'Next' });
    await page.getByRole('listitem').first().waitFor();
    const first = await page.getByRole('listitem').allInnerTexts();
    expect(first).toHaveLength(200);
    await last.click();
    await vi.waitFor(async () => {
      expect((await page.getByRole('listitem').first().innerText()).startsWith('200')).toBe(true);
    });
    await keepPicture(page, 'header-items');
    expect(opened.complaints).toEqual([]);
  });

  test('reading can be stopped and begun again', async () => {
    const signals: AbortSignal[] = [];
    const read: Handlers<HeaderPage>['read'] = (_, { signal }) => {
      signals.push(signal);
      if (signals.length === 2) return largeModel();
      return new Promise<HeaderView>((_, reject) => {
        signal.addEventListener('abort', () => {
          reject(Object.assign(new Error('stopped'), { name: 'CancelledError' }));
        });
      });
    };
    await using opened = await open(hostOf(largeModel(), { read }));
    const { page } = opened;
    await keepPicture(page, 'header-reading');
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText('Reading the header was stopped.').waitFor();
    expect(signals[0]?.aborted).toBe(true);
    await page.getByRole('button', { name: 'Read Header' }).click();
    await page.getByRole('heading', { name: 'Wanderer 8B Instruct' }).waitFor();
  });

  test('buttons ask the host for what they say; Restricted Mode has none but trust', async () => {
    const acted: HeaderAction[] = [];
    let now: Surroundings = trusted;
    const act = (action: HeaderAction) => {
      acted.push(action);
      return null;
    };
    await using opened = await open(hostOf(largeModel(), { act, surroundings: () => now }));
    const { page, host } = opened;
    await page.getByRole('button', { name: 'Load', exact: true }).click();
    await page.getByRole('button', { name: 'Review Against…' }).click();
    await page.getByRole('button', { name: 'Set as Base' }).click();
    await vi.waitFor(() => expect(acted).toEqual(['load', 'reviewAgainst', 'setBase']));

    now = {
      ...trusted,
      actions: ['openWith'],
      state: { name: 'loading', base: true, patchesOn: 0, stage: 'loading', fraction: 0.43, error: null },
    };
    host.push('surroundings', now);
    await page.getByText('loading · 43.0 %').waitFor();
    await page.getByText('Base', { exact: true }).waitFor();
    await keepPicture(page, 'header-loading');

    host.push('surroundings', { ...trusted, trusted: false, actions: ['trust', 'openWith'] });
    await page.getByText('Restricted Mode:').waitFor();
    expect(await page.getByRole('button', { name: 'Load', exact: true }).count()).toBe(0);
    await page.getByRole('button', { name: 'Manage Trust…' }).click();
    await vi.waitFor(() => expect(acted.at(-1)).toBe('trust'));
    await expectAccessible(page);
    await keepPicture(page, 'header-restricted');
  });

  test('a file that was written anew is shown anew', async () => {
    let view = largeModel();
    await using opened = await open(hostOf(view, { read: () => view }));
    const { page, host } = opened;
    await page.getByRole('heading', { name: 'Wanderer 8B Instruct' }).waitFor();
    view = { ...view, title: 'Wanderer 8B, second try' };
    host.push('changed', null);
    await page.getByRole('heading', { name: 'Wanderer 8B, second try' }).waitFor();
  });

  test('tensors are searched, narrowed to a type from the picture, sorted and copied', async () => {
    await using opened = await open(hostOf(largeModel()));
    const { page } = opened;
    await page.getByRole('button', { name: 'q8_0' }).click();
    await page.getByText('32 of 323 tensors').waitFor();
    await page.getByRole('textbox', { name: 'Search the tensors' }).fill('blk.3 output');
    await page.getByText('3 of 323 tensors').waitFor();
    await page.getByRole('button', { name: 'Name' }).click();
    await page.getByRole('button', { name: 'Name' }).click();
    expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe(
      'descending',
    );
    const names = page.getByRole('grid').locator('.row .name');
    expect(await names.allInnerTexts()).toEqual([
      'blk.31.attn_output.weight',
      'blk.30.attn_output.weight',
      'blk.3.attn_output.weight',
    ]);
    await page.getByRole('button', { name: 'Copy these tensors' }).click();
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied.split('\n')).toHaveLength(4);
    expect(copied.split('\n')[1]).toMatch(/^blk\.31\.attn_output\.weight\tq8_0\t4096 × 4096\t16777216\t/);
    await page.reload();
    await page.getByText('3 of 323 tensors').waitFor();
  });

  test('by keyboard alone: the tabs, the grid, and a name copied from it', async () => {
    await using opened = await open(hostOf(largeModel()));
    const { page } = opened;
    await page.getByRole('tab', { name: 'Overview' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.getByRole('grid').waitFor();
    for (let presses = 0; presses < 20; presses++) {
      await page.keyboard.press('Tab');
      if (await page.evaluate(() => document.activeElement?.getAttribute('role') === 'grid')) break;
    }
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('PageDown');
    await page.keyboard.press('End');
    const active = page.locator('[aria-selected="true"].row');
    expect(await active.innerText()).toContain('output.weight');
    expect(await active.getAttribute('aria-rowindex')).toBe('324');
    await keepPicture(page, 'header-grid-active');
    await page.keyboard.press('Control+C');
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('output.weight');
  });

  test('text of a file never becomes markup', async () => {
    await using opened = await open(hostOf(largeModel()));
    const { page } = opened;
    await page.getByRole('tab', { name: 'Chat template' }).click();
    await page.getByText('<script>alert("text of a file stays text")</script>').waitFor();
    expect(await page.locator('#page script').count()).toBe(0);
    expect(opened.complaints).toEqual([]);
  });

  test('long values open on demand', async () => {
    await using opened = await open(hostOf(largeModel()));
    const { page } = opened;
    await page.getByRole('tab', { name: 'Metadata' }).click();
    await page.getByRole('textbox', { name: 'Search the metadata' }).fill('description');
    await page.getByText('1 of 14 keys').waitFor();
    await page.getByRole('button', { name: 'Show all 3,819 characters' }).click();
    await page.getByText('the whole text of general.description').waitFor();
    await page.getByRole('button', { name: 'Show less' }).click();
    await page.getByRole('textbox', { name: 'Search the metadata' }).fill('nowhere to be found');
    await page.getByText('No key and no value contains').waitFor();
  });

  test('what cannot be loaded says why; what does not fit into memory too', async () => {
    const problem = 'small.gguf is damaged: llama.block_count says 9 layers, its tensors are of 2.';
    await using unsound = await open(hostOf({ ...largeModel(), problem }));
    expect(await unsound.page.getByRole('alert').innerText()).toBe(problem);
    await keepPicture(unsound.page, 'header-unsound');

    const surroundings = (): Surroundings => ({ ...trusted, freeMemory: 2.1e9 });
    await using large = await open(hostOf(largeModel(), { surroundings }));
    await large.page.getByText(/but only 2\.1 GB are free/).waitFor();
  });

  test('an adapter made elsewhere and a patch without measures', async () => {
    await using foreign = await open(hostOf(patchView({ ...patch, description: null })));
    await foreign.page.getByText('This adapter was made by another program').waitFor();
    await foreign.page.getByRole('rowheader', { name: 'blk.3.ffn_down.weight' }).waitFor();
    await keepPicture(foreign.page, 'header-adapter');
    const { description } = patch;
    if (description === null) throw new Error('the patch of the tests has a description');
    await using unmeasured = await open(
      hostOf(patchView({ ...patch, description: { ...description, measures: null } })),
    );
    await unmeasured.page.getByText('Nothing was measured').waitFor();
  });

  test('a narrow panel and large text keep everything in reach', async () => {
    await using opened = await open(hostOf(largeModel()), { width: 380, height: 600 });
    const { page } = opened;
    await page.getByRole('tab', { name: 'Tensors' }).click();
    await page.getByRole('grid').waitFor();
    await keepPicture(page, 'header-narrow');
    const overflow = await page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBe(0);
    await expectAccessible(page);
  });

  test('100,000 tensors scroll at 30 frames a second or better', async () => {
    await using opened = await open(hostOf(manyTensors(100_000)));
    const { page } = opened;
    await page.getByRole('tab', { name: 'Tensors (100,000)' }).click();
    const grid = page.getByRole('grid');
    await grid.waitFor();
    await grid.hover();
    const rate = await frameRate(page, async () => {
      for (let turn = 0; turn < 60; turn++) await page.mouse.wheel(0, 900);
    });
    expect(await page.locator('.tensors .row').count()).toBeLessThan(100);
    const scrolled = await grid.evaluate((element) => element.scrollTop);
    expect(scrolled).toBeGreaterThan(10_000);
    await grid.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    await page.getByText('blk.12499.attn_norm.weight').waitFor();
    await page.getByRole('textbox', { name: 'Search the tensors' }).fill('blk.777 down');
    await page.getByText('11 of 100,000 tensors').waitFor();
    console.log(
      `scrolling 100,000 tensors: ${rate.median.toFixed(0)} frames a second, longest ${rate.longest.toFixed(0)} ms`,
    );
    expect(rate.median).toBeGreaterThanOrEqual(30);
  });
});
