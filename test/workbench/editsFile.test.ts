import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** An edits file in the editor: what is wrong is marked as one types, mended by a quick fix, and applied from its lens. */

describeWorkbench('an edits file', () => {
  const workbench = useWorkbench();

  const page = () => workbench().page;
  const problems = () => page().locator('#status\\.problems').getAttribute('aria-label');
  const lens = (text: string) => page().locator('.codelens-decoration').filter({ hasText: text });
  const saved = () => readFile(path.join(workbench().folder, 'almanac.edits.json'), 'utf8');

  it('marks a subject that the prompt does not hold while it is typed', async () => {
    await workbench().openFile('almanac.edits.json');
    await workbench().goTo(7, 19);
    await page().keyboard.type('X');
    await expect.poll(problems, { timeout: 10_000 }).toBe('Errors: 1');
    await page().locator('.squiggly-error').first().waitFor();
    await workbench().command('Problems: Focus on Problems View');
    await page()
      .getByRole('treeitem', { name: /subject.*prompt/ })
      .waitFor();
  });

  it('keeps the other edits in the list, and marks the one that is not valid', async () => {
    await page().keyboard.press('Control+S');
    await workbench().openSideBar();
    await workbench()
      .row('Edits', /^the-eiffel-tower, not valid, subject.*prompt/)
      .waitFor();
    await workbench()
      .row('Edits', /Pitti Palace/)
      .waitFor();
  });

  it('mends it by the quick fix', async () => {
    await workbench().goTo(7, 19);
    await page().keyboard.press('Control+.');
    await page().getByRole('option', { name: 'Use "The Eiffel Tower"' }).waitFor();
    await page().keyboard.press('Enter');
    await expect.poll(problems, { timeout: 10_000 }).toBe('No Problems');
    await page().keyboard.press('Control+S');
    await expect.poll(saved).toContain('"subject": "The Eiffel Tower"');
    await workbench()
      .row('Edits', /Eiffel Tower: Paris → Rome/)
      .waitFor();
  });

  it('completes the methods that the engine knows', async () => {
    await workbench().goTo(5, 0);
    await page().keyboard.press('End');
    await page().keyboard.type(' "method": ');
    await page().keyboard.press('Control+Space');
    await page().getByRole('option', { name: 'alphaedit' }).first().waitFor();
    await page().keyboard.press('Escape');
    for (let typed = 0; typed < 11; typed++) await page().keyboard.press('Backspace');
    await page().keyboard.press('Control+S');
    await expect.poll(saved).not.toContain('method');
    await expect.poll(problems).toBe('No Problems');
  });

  it('says over each edit how it stands, applies it and reverts it', async () => {
    await page().keyboard.press('Control+J');
    // for a moment after a change VS Code still shows lenses that it has forgotten the commands of
    await page().waitForTimeout(1000);
    const first = lens('Inspect').first();
    await expect.poll(() => first.innerText()).toMatch(/not computed.*Apply.*Measure.*Inspect/s);
    await first.getByRole('button', { name: 'Apply' }).click();
    await expect.poll(() => first.innerText(), { timeout: 60_000 }).toMatch(/on at 1.*Works: Rome.*Revert/s);
    await first.getByRole('button', { name: 'Revert' }).click();
    await expect.poll(() => first.innerText()).toMatch(/computed, off.*Works: Rome.*Apply/s);
  });
});
