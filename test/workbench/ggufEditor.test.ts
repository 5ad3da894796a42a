import { copyFile, open, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { build } from '../unit/gguf/build.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** A .gguf file opens on a click and shows what its header says, or what is wrong with it. */

/** A model whose header is as large as the largest there are, and whose one tensor fills a sparse file. */
async function writeVast(file: string): Promise<void> {
  const [tokens, width] = [160_000, 8192];
  const many = (name: string) => Array.from({ length: tokens }, (_, index) => `${name} ${index}`);
  const header = build({
    metadata: [
      ['general.architecture', ['string', 'llama']],
      ['general.name', ['string', 'Vast']],
      ['llama.block_count', ['uint32', 0]],
      ['llama.embedding_length', ['uint32', width]],
      ['tokenizer.ggml.tokens', ['array', 'string', many('token')]],
      ['tokenizer.ggml.token_type', ['array', 'int32', Array(tokens).fill(1)]],
      ['tokenizer.ggml.merges', ['array', 'string', many('merge')]],
    ],
    tensors: [{ name: 'token_embd.weight', ne: [width, tokens], bytes: 0 }],
  });
  await writeFile(file, header);
  await truncate(file, header.length + 4 * width * tokens);
}

describeWorkbench('the .gguf editor', () => {
  const workbench = useWorkbench();

  beforeAll(async () => {
    const at = (name: string) => path.join(workbench().folder, name);
    await writeFile(at('notes.gguf'), 'These are notes, whatever the name says.\n');
    await copyFile(at('almanac.gguf'), at('lying.gguf'));
    const lying = await open(at('lying.gguf'), 'r+');
    try {
      // the number of tensors, 8 bytes behind the magic number and the version
      await lying.write(Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), 0, 8, 8);
    } finally {
      await lying.close();
    }
    await writeVast(at('vast.gguf'));
    await workbench().untilListed();
    await workbench()
      .page.getByRole('tab', { name: /^Explorer/ })
      .click();
    // rows move while the new files come in
    await workbench().page.getByRole('treeitem', { name: 'notes.gguf' }).waitFor();
  });

  it('opens on a click in the explorer, with what the header says', async () => {
    await workbench().page.getByRole('treeitem', { name: 'almanac.gguf' }).click();
    const frame = await workbench().header('almanac');
    const text = () => frame.locator('body').innerText();
    await expect.poll(text).toContain('6.557 M');
    for (const fact of ['llama', '13.2 MB', '2,560 tokens', 'f16', 'Memory to load']) {
      expect(await text()).toContain(fact);
    }
    expect(workbench().engine()).toBeUndefined();
  });

  it('finds a tensor by its name', async () => {
    const frame = await workbench().header('almanac');
    await frame.getByRole('tab', { name: /Tensors/ }).click();
    await frame.getByRole('textbox').first().fill('blk.2.ffn_down');
    await expect.poll(() => frame.locator('body').innerText()).toContain('blk.2.ffn_down.weight');
    expect(await frame.locator('body').innerText()).not.toContain('blk.1.ffn_down.weight');
  });

  it('loads the model', async () => {
    const frame = await workbench().header('almanac');
    await frame.getByRole('button', { name: 'Load', exact: true }).click();
    await frame.getByRole('button', { name: 'Unload' }).waitFor();
    expect(workbench().engine()).toBeDefined();
  });

  it('keeps the only model that can be read as the base beside files that cannot', async () => {
    await workbench().openSideBar();
    for (const name of ['notes.gguf', 'lying.gguf'])
      await workbench()
        .row('Models', new RegExp(`${name}, failed`))
        .waitFor();
    await workbench()
      .row('Models', /^almanac\.gguf, base/)
      .waitFor();
  });

  it('opens a file of over 5 GB with 160,000 tokens and their merges, and pages to the last of them', async () => {
    const started = performance.now();
    await workbench().openFile('vast.gguf');
    const frame = await workbench().header('Vast');
    const text = () => frame.locator('body').innerText();
    await expect.poll(text).toContain('160,000 tokens');
    const opened = performance.now() - started;
    console.log('opened in ms', opened);
    expect(opened).toBeLessThan(10_000);
    expect(await text()).toContain('5.24 GB');
    await frame.getByRole('tab', { name: 'Metadata' }).click();
    const merges = frame.getByRole('row', { name: /tokenizer\.ggml\.merges/ });
    await merges.getByRole('button', { name: 'Show all 160,000 items' }).click();
    await merges.getByRole('textbox', { name: 'Go to item' }).fill('159999');
    await merges.getByRole('textbox', { name: 'Go to item' }).press('Enter');
    await merges.getByText('"merge 159999"').waitFor();
  });

  it.each([
    ['notes.gguf', /notes.gguf is a text and not a GGUF file/],
    ['lying.gguf', /lying.gguf is damaged: the number of tensors/],
  ])('says in one sentence what is wrong with %s', async (name, reason) => {
    await workbench().openFile(name);
    const frame = await workbench().header('This file cannot be shown');
    await expect.poll(() => frame.locator('body').innerText()).toMatch(reason);
    expect(await workbench().page.locator('.notification-list-item .codicon-error').count()).toBe(0);
  });

  it('shows the values of a tensor, and chooses it as the edit target', async () => {
    await workbench().command('View: Show Explorer');
    await workbench()
      .page.getByRole('tree', { name: 'Files Explorer' })
      .getByRole('treeitem', { name: 'almanac.gguf' })
      .click();
    const frame = await workbench().header('almanac');
    await frame.getByRole('tab', { name: /^Tensors/ }).click();
    await frame.getByRole('textbox', { name: 'Search the tensors' }).fill('blk.4 ffn_down');
    await frame.getByRole('button', { name: 'blk.4.ffn_down.weight' }).click();
    await frame.getByRole('img', { name: /^Histogram from/ }).waitFor({ timeout: 60_000 });
    await frame.getByRole('button', { name: 'Choose as Edit Target' }).click();
    await frame.getByText('Edits act on this tensor.').waitFor();
  });
});
