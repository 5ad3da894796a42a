import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { EditsFile } from '../../src/protocol/edits.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** No number of another state without the word that it is one: in rows, lenses, the inspector. */

describeWorkbench('the state of a measurement', () => {
  const workbench = useWorkbench();

  const page = () => workbench().page;
  const eiffel = () => workbench().row('Edits', /Eiffel Tower: Paris → Rome/);
  const said = () => eiffel().getAttribute('aria-label');
  const pitti = () => workbench().row('Edits', /Pitti Palace/);
  const inspected = async () => (await workbench().inspector()).locator('body').innerText();
  const setStrength = async (strength: string) => {
    await workbench().command('Palimpsest: Set Strength of Patch');
    const box = page().locator('.quick-input-widget').getByRole('textbox');
    await box.fill(strength);
    await page().keyboard.press('Enter');
  };

  it('is told as a sentence, the same in row and inspector', async () => {
    await workbench().openSideBar();
    await eiffel().getByRole('checkbox').click();
    await expect
      .poll(said, { timeout: 60_000 })
      .toMatch(/on at 1 · layer 2 · Works: Rome 9\d\.\d %\. 1 of 1 other fact of The Eiffel Tower changed/);
    const sentence = /Works: Rome [^·]*\./.exec((await said()) ?? '')?.[0] ?? 'no sentence';
    await eiffel().hover();
    await eiffel().getByRole('button', { name: 'Inspect Edit' }).click();
    await expect.poll(inspected).toContain(sentence);
    expect(await inspected()).toContain('Measured alone at 1.');
  });

  it('is another at another strength, until it is measured again', async () => {
    await setStrength('0.5');
    await expect
      .poll(said)
      .toContain('on at .5 · layer 2 · measured alone at 1, now alone at .5: Works: Rome');
    await expect.poll(inspected).toContain('Of another state: measured alone at 1, now alone at .5.');
    const panel = await workbench().inspector();
    await panel.getByRole('region', { name: 'Outcome' }).getByRole('button', { name: 'Measure' }).click();
    await expect.poll(said, { timeout: 60_000 }).toMatch(/on at \.5 · layer 2 · Does not work: Paris \d/);
    await expect.poll(inspected).toContain('Measured alone at .5.');
  });

  it('is another beside another patch', async () => {
    await pitti().getByRole('checkbox').click();
    await expect
      .poll(said, { timeout: 60_000 })
      .toContain('measured alone at .5, now .5 with 1 other: Does not work');
    expect(await pitti().getAttribute('aria-label')).toContain('measured alone at 1, now 1 with 1 other');
  });

  it('outlives a reload', async () => {
    await workbench().reload();
    await expect
      .poll(said, { timeout: 30_000 })
      .toContain('on at .5 · layer 2 · measured alone at .5, now .5 with 1 other');
    await pitti().getByRole('checkbox').click();
    await expect.poll(said, { timeout: 20_000 }).toMatch(/on at \.5 · layer 2 · Does not work/);
  });

  it('is another once the file asks other probes', async () => {
    const file = path.join(workbench().folder, 'almanac.edits.json');
    const content = EditsFile.parse(JSON.parse(await readFile(file, 'utf8')));
    const asked = content.edits.find(({ id }) => id === 'the-eiffel-tower')?.probes?.paraphrase;
    asked?.push({ prompt: 'Travel to the Eiffel Tower, and you are in' });
    await writeFile(file, JSON.stringify(content, null, 2));
    await expect.poll(said).toContain('measured before 1 probe was added: Does not work');
    await workbench().openFile('almanac.edits.json');
    const lens = page().locator('.codelens-decoration').filter({ hasText: 'on at .5' }).first();
    await expect
      .poll(() => lens.innerText())
      .toMatch(/measured before 1 probe was added: Does not.*Measure/s);
  });

  it('is said in the table of all edits as well', async () => {
    await workbench().command('Palimpsest: Compare Edits');
    const table = await workbench().header('almanac.edits.json');
    const row = table.getByRole('row').filter({ hasText: 'The Eiffel Tower' });
    await expect.poll(() => row.innerText()).toContain('measured before 1 probe was added: Does not work');
    await table.getByRole('button', { name: /^Measure: The Eiffel Tower/ }).click();
    await expect.poll(() => row.innerText(), { timeout: 60_000 }).not.toContain('measured before');
  });

  it('is put back from the history', async () => {
    await workbench().commandAndPick(
      'Palimpsest: Show History...',
      /^Apply The Eiffel Tower: Paris → Rome at strength 1/,
    );
    await expect.poll(said, { timeout: 20_000 }).toContain('on at 1 ·');
  });
});
