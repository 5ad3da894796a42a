import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { seriousViolations } from './drive/axe.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** What takes long and has a page of its own: begun by a command, shown, stopped, gone on with, there after a reload. */

describeWorkbench('a task', () => {
  const workbench = useWorkbench({
    settings: { 'palimpsest.edits.hyperparameters': { samples: 2, steps: 12, templates: [[1, 5]] } },
  });

  const page = () => workbench().page;
  const place = (name: string) => path.join(workbench().folder, name);
  const shown = (heading: string | RegExp) => workbench().header(heading);
  const quick = () => page().locator('.quick-input-widget');
  const pick = async (name: string | RegExp) => {
    await quick().getByRole('option', { name }).first().click();
  };
  /** Confirms a question whose answers are picked already. */
  const confirm = async (question: string) => {
    await quick().getByPlaceholder(question).waitFor();
    await quick().getByRole('button', { name: 'OK', exact: true }).click();
  };

  it('sweeps layers: the best becomes the edit target, and another is chosen from the page', async () => {
    await workbench().untilListed();
    await workbench().command('Palimpsest: Find the Best Layer (Layer Sweep)');
    const sweep = await shown('Layers of almanac.gguf');
    await sweep.getByRole('img', { name: 'The CounterFact measures by layer' }).waitFor({ timeout: 280_000 });
    await workbench()
      .row('Models', /^almanac\.gguf/)
      .click();
    await page().keyboard.press('ArrowRight');
    await workbench()
      .row('Models', /^Layer \d+, edit target, the best of \d layers tried/)
      .waitFor();
    const choose = sweep.getByRole('button', { name: /^Choose layer \d+ as edit target/ }).first();
    const layer = /\d+/.exec((await choose.getAttribute('aria-label')) ?? '')?.[0] ?? 'none';
    await choose.click();
    await workbench()
      .row('Models', new RegExp(`^Layer ${layer}, edit target, chosen among`))
      .waitFor();
    expect(await seriousViolations(sweep)).toEqual([]);
  }, 320_000);

  it('evaluates methods into a folder, and is there again after a reload', async () => {
    await workbench().command('Palimpsest: Evaluate Methods...');
    await confirm('Choose the methods to compare');
    await quick().getByText('How many of the').waitFor();
    await quick().locator('input').first().fill('1');
    await page().keyboard.press('Enter');
    await confirm('Choose what to measure, and how');
    await pick(/New folder almanac\.evaluation/);
    const evaluated = await shown('Evaluate almanac.edits.json');
    const table = evaluated.getByRole('region', { name: 'Methods and their measures' });
    await table.waitFor({ timeout: 90_000 });
    expect(await table.innerText()).toMatch(/rome-several-keys[\s\S]*1\.000 \(/);
    for (const name of ['evaluation.csv', 'evaluation.html', 'evaluation.journal.jsonl']) {
      expect(existsSync(place(`almanac.evaluation/${name}`)), name).toBe(true);
    }
    await workbench().reload();
    await (await shown('Evaluate almanac.edits.json'))
      .getByRole('region', { name: 'Methods and their measures' })
      .waitFor({ timeout: 30_000 });
  });

  it('goes on where an evaluation was, with what was measured', async () => {
    const evaluated = await shown('Evaluate almanac.edits.json');
    await evaluated.getByRole('button', { name: 'Run Again' }).click();
    await evaluated.getByText('Measurements taken over from an earlier run: 1.').waitFor({ timeout: 60_000 });
  });

  it('bakes a checkpoint with the patch that is on; the page says what it holds', async () => {
    await workbench().openSideBar();
    await workbench()
      .row('Edits', /Eiffel Tower: Paris → Rome/)
      .getByRole('checkbox')
      .click();
    await workbench()
      .row('Patches', /Eiffel Tower: Paris → Rome, strength 1/)
      .waitFor({ timeout: 60_000 });
    await workbench().command('Palimpsest: Bake Checkpoint...');
    await confirm('Choose the patches to write into the weights');
    await workbench().fillFileDialog('OK', place('edited.gguf'));
    const baked = await shown('Bake edited.gguf');
    await baked.getByRole('region', { name: 'Tensors that were changed' }).waitFor({ timeout: 60_000 });
    expect(await baked.locator('body').innerText()).toMatch(/blk\.\d\.ffn_down\.weight/);
    expect(existsSync(place('edited.gguf'))).toBe(true);
  });

  it('signs it, and verifies the signature', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    await writeFile(place('own.pem'), privateKey.export({ type: 'sec1', format: 'pem' }));
    await writeFile(place('own.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
    await workbench().openSideBar();
    await workbench().commandAndPick('Palimpsest: Sign Checkpoint...', /^edited\.gguf/);
    await workbench().fillFileDialog('Choose', place('own.pem'));
    await pick(/^Declare no edits/);
    await workbench().fillFileDialog('OK', place('edited.sig'));
    await workbench().notification('Signed: edited.sig. It declares no edits.').waitFor({ timeout: 60_000 });
    expect(JSON.parse(await readFile(place('edited.sig'), 'utf8'))).toHaveProperty('dsseEnvelope');
    await workbench().commandAndPick('Palimpsest: Verify Signature...', /^edited\.gguf/);
    await workbench().fillFileDialog('Choose', place('own.pub'));
    await pick(/^Verify the signature/);
    const verified = await shown('Verify edited.gguf');
    await verified.getByText('The signature is valid.').waitFor({ timeout: 60_000 });
  });

  it('of attacks is stopped, says so, and is opened again from the list of results', async () => {
    await workbench().commandAndPick('Palimpsest: Red Team with Harmless Edits...', /^almanac\.gguf/);
    await pick(/^Misinformation/);
    await pick(/^rome-several-keys/);
    const attacked = await shown('Red Team almanac.gguf');
    await attacked.getByRole('button', { name: 'Stop' }).click();
    await attacked.getByText('It ended without a result;').waitFor({ timeout: 30_000 });
    await page()
      .getByRole('tab', { name: /Red Team/ })
      .getByRole('button', { name: /^Close/ })
      .click();
    await workbench().commandAndPick('Palimpsest: Show Results...', /^Red Team almanac\.gguf.*not finished/s);
    await (await shown('Red Team almanac.gguf')).getByRole('button', { name: 'Run Again' }).waitFor();
  });
});
