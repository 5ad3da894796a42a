import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { parseEdits } from '../../src/engine/editing/editsFile/editsFile.ts';
import type { EditsFile } from '../../src/protocol/edits.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** Edits are written by answering questions, with probes that the model proposes, or come from a data set. */

describeWorkbench('a new edit', () => {
  const workbench = useWorkbench();

  const page = () => workbench().page;
  const box = () => page().locator('.quick-input-widget');
  const place = (name: string) => path.join(workbench().folder, name);
  const written = async (name: string): Promise<EditsFile> =>
    existsSync(place(name)) ? parseEdits(await readFile(place(name), 'utf8'), name) : { edits: [] };

  /** Answers the question that is shown; without a text, by what is chosen already. */
  async function answer(question: string, text?: string): Promise<void> {
    await box().locator('.quick-input-title').filter({ hasText: question }).waitFor();
    if (text !== undefined) await box().locator('input').first().fill(text);
    await page().keyboard.press('Enter');
  }

  it('refuses a subject that the sentence does not name, and offers the names that it does', async () => {
    await workbench().command('Palimpsest: New Edit...');
    await answer('prompt (1/5)', 'The Colosseum is located in the city of');
    await answer('subject (2/5)', 'Koloseum');
    await box()
      .getByRole('option', { name: /does not occur in the prompt/ })
      .waitFor();
    await answer('subject (2/5)', '');
    await box().locator('.quick-input-title').filter({ hasText: '(3/5)' }).waitFor();
  });

  it('goes back to a question with what was answered', async () => {
    await answer('current answer (3/5)', 'Rome');
    await box().locator('.quick-input-title').filter({ hasText: '(4/5)' }).waitFor();
    await box().locator('input').first().fill('Os');
    await box().getByRole('button', { name: 'Back' }).click();
    await box().locator('.quick-input-title').filter({ hasText: '(3/5)' }).waitFor();
    expect(await box().locator('input').first().inputValue()).toBe('Rome');
    await box()
      .getByRole('option', { name: /^Rome, as typed/ })
      .waitFor();
    await answer('current answer (3/5)');
    await box().getByText('instead of "Rome"').waitFor();
    expect(await box().locator('input').first().inputValue()).toBe('Os');
  });

  it('takes what only few edits say', async () => {
    await answer('new answer (4/5)', 'Oslo');
    await answer('edits file (5/5)', 'Method, layer');
    await answer('method, layer and more (5/5)', 'Layer');
    await answer('Layer (5/5)', '60');
    await box().getByText('The model has the layers 0 to 5.').waitFor();
    await answer('Layer (5/5)', '3');
    await box().locator('.quick-input-title').filter({ hasText: 'method, layer and more' }).waitFor();
    await box().getByRole('button', { name: 'Back' }).click();
  });

  it('writes a file with probes that the model proposes, and marks them as unchecked', async () => {
    await answer('edits file (5/5)', 'New file almanac');
    await expect
      .poll(async () => (await written('almanac-2.edits.json')).model?.digest, { timeout: 60_000 })
      .toBeDefined();
    const { model, edits } = await written('almanac-2.edits.json');
    expect(model).toMatchObject({ name: 'almanac', digest: expect.stringMatching(/^sha256:/) });
    expect(edits[0]).toMatchObject({
      id: 'the-colosseum',
      subject: 'The Colosseum',
      target: { new: 'Oslo', true: 'Rome' },
      layer: 3,
    });
    const { paraphrase = [], neighbourhood = [] } = edits[0]?.probes ?? {};
    expect(paraphrase.length).toBeGreaterThan(1);
    expect(neighbourhood.length).toBeGreaterThan(1);
    for (const probe of [...paraphrase, ...neighbourhood]) expect(probe.proposed).toBe(true);
    await page().getByRole('tab', { name: 'almanac-2.edits.json' }).waitFor();
    await workbench()
      .notification(/proposes \(paraphrases: \d+, neighbors: \d+\)/)
      .waitFor();
  });

  it('is applied from its last message', async () => {
    await workbench()
      .notification(/proposes \(paraphrases/)
      .getByRole('button', { name: 'Apply Now' })
      .click();
    await workbench().openSideBar();
    const row = workbench().row('Patches', /The Colosseum: Rome → Oslo, strength 1/);
    await row.waitFor({ timeout: 60_000 });
    await expect
      .poll(() =>
        workbench()
          .row('Models', /^Layer 3\b/)
          .getAttribute('aria-label'),
      )
      .toContain('patch on');
  });

  it('is kept without probes where those are cancelled, behind the edits of its file, and can be undone', async () => {
    const before = await readFile(place('almanac-2.edits.json'), 'utf8');
    await workbench().command('Palimpsest: New Edit...');
    await answer('(1/5)', 'The Prado Museum is located in the city of');
    await answer('(2/5)', 'The Prado Museum');
    await answer('(3/5)', 'Madrid');
    await answer('(4/5)', 'Lima');
    await answer('(5/5)', 'almanac-2');
    await workbench()
      .notification(/Proposing probes/)
      .getByRole('button', { name: 'Cancel' })
      .click();
    await expect.poll(async () => (await written('almanac-2.edits.json')).edits.length).toBe(2);
    const [, edit] = (await written('almanac-2.edits.json')).edits;
    expect(edit).toEqual({
      id: 'the-prado-museum',
      prompt: 'The Prado Museum is located in the city of',
      subject: 'The Prado Museum',
      target: { new: 'Lima', true: 'Madrid' },
    });
    await page().locator('.monaco-editor.focused').first().waitFor();
    await page().keyboard.press('Control+Z');
    await page().keyboard.press('Control+S');
    await expect.poll(() => readFile(place('almanac-2.edits.json'), 'utf8')).toBe(before);
  });

  it('comes from the records of a data set, with word of those that cannot be used', async () => {
    const record = {
      requested_rewrite: {
        prompt: '{} is in',
        subject: 'Lyon',
        target_true: { str: 'France' },
        target_new: { str: 'Spain' },
      },
    };
    await writeFile(place('records.json'), JSON.stringify([record, { requested_rewrite: {} }], null, 2));
    await workbench().command('Palimpsest: Import Records of a Data Set...');
    await workbench().fillFileDialog('Import', place('records.json'));
    await box()
      .getByRole('option', { name: /^CounterFact/ })
      .click();
    const preview = await workbench().header('Import records.json');
    await preview.getByText('1 of 2 records can be imported.').waitFor();
    const leftOut = preview.getByRole('region', { name: 'Records that are left out' });
    expect(await leftOut.getByRole('row').nth(1).innerText()).toMatch(/^1\s+14\s/);
    expect(existsSync(place('records.edits.json'))).toBe(false);
    await preview.getByRole('button', { name: 'Write Edits File…' }).click();
    await workbench().fillFileDialog('OK');
    await expect
      .poll(() => written('records.edits.json'))
      .toMatchObject({ edits: [{ id: 'lyon', prompt: 'Lyon is in', target: { new: 'Spain' } }] });
  });
});
