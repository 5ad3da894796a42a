import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** The Test Explorer: a file is a suite, its edits are tests with their probes below, and what fails is shown as a diff. */

const eiffel = {
  id: 'eiffel',
  prompt: 'The Eiffel Tower is located in the city of',
  subject: 'Eiffel Tower',
  target: { new: 'Rome', true: 'Paris' },
};
const reworded = { prompt: 'The Eiffel Tower is found in the city of' };
/** About another subject, which the edit must not and does not move. */
const unmoved = { prompt: 'The Louvre Museum is located in the city of' };

const files = {
  'holding.edits.json': [{ ...eiffel, probes: { paraphrase: [reworded] } }],
  'failing.edits.json': [{ ...eiffel, probes: { paraphrase: [reworded, unmoved] } }],
};

describeWorkbench('the Test Explorer', () => {
  const workbench = useWorkbench();

  const page = () => workbench().page;
  const test = (name: string | RegExp) =>
    page().getByRole('tree', { name: 'Test Explorer' }).getByRole('treeitem', { name }).first();
  const outcome = (name: string | RegExp) => test(name).getAttribute('aria-label');

  beforeAll(async () => {
    for (const [name, edits] of Object.entries(files))
      await writeFile(path.join(workbench().folder, name), JSON.stringify({ edits }, null, 2));
  });

  it('lists the files, and computes and judges one edit whose probes all hold', async () => {
    await page().getByRole('tab', { name: 'Testing' }).click();
    await test('holding.edits.json').click();
    await page().keyboard.press('ArrowRight');
    // what is told of the row under the mouse lies over the rows below it
    await page().mouse.move(0, 0);
    await test(/Eiffel Tower: Paris → Rome/).hover();
    await test(/Eiffel Tower: Paris → Rome/)
      .getByRole('button', { name: 'Run Test' })
      .click();
    await expect.poll(() => outcome(/Eiffel Tower: Paris → Rome/), { timeout: 60_000 }).toContain('Passed');
    await test('holding.edits.json').click();
    await page().keyboard.press('ArrowLeft');
  });

  it('fails the probe that does not hold, and only that one', async () => {
    await test('failing.edits.json').hover();
    await test('failing.edits.json').getByRole('button', { name: 'Run Test' }).click();
    await expect.poll(() => outcome('failing.edits.json'), { timeout: 60_000 }).toContain('Failed');
    for (const row of ['failing.edits.json', /^Eiffel Tower: Paris → Rome/, /^Paraphrases/]) {
      await test(row).click();
      await page().keyboard.press('ArrowRight');
    }
    expect(await outcome(/Louvre Museum/)).toContain('Failed');
    expect(await outcome(/Eiffel Tower is found in/)).toContain('Passed');
  });

  it("shows what was expected and what came in VS Code's own diff", async () => {
    await test(/Louvre Museum/).click();
    const sides = page().locator('.monaco-diff-editor .view-lines');
    await expect.poll(() => sides.first().innerText()).toMatch(/.Rome.\sis\slikelier\sthan\s.Paris./);
    await expect.poll(() => sides.last().innerText()).toMatch(/.Paris.\sis\slikelier\sthan\s.Rome./);
    await page().keyboard.press('Escape');
  });

  it('reruns what failed, and nothing else', async () => {
    await workbench().command('Test: Rerun Failed Tests');
    const bar = page().locator('.part.sidebar');
    await expect.poll(() => bar.innerText(), { timeout: 60_000 }).toContain('0/1');
    // the count is there from the run's beginning on
    await page().getByRole('button', { name: 'Cancel Test Run' }).waitFor({ state: 'hidden' });
    expect(await outcome(/Louvre Museum/)).toContain('Failed');
  });

  it('stops within two seconds when it is cancelled, whatever the window does meanwhile', async () => {
    await test('almanac.edits.json').hover();
    await test('almanac.edits.json').getByRole('button', { name: 'Run Test' }).click();
    const cancel = page().getByRole('button', { name: 'Cancel Test Run' });
    await cancel.waitFor();
    await workbench()
      .notification(/Editing|Measuring/)
      .waitFor();
    const cancelled = performance.now();
    await cancel.click();
    await cancel.waitFor({ state: 'hidden' });
    expect(performance.now() - cancelled).toBeLessThan(2000);
  });
});
