import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { insist } from './drive/insist.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** The whole job by keyboard alone: nothing here is clicked or hovered. */

describeWorkbench('the whole job by keyboard', () => {
  const workbench = useWorkbench();

  const press = async (...keys: string[]) => {
    for (const key of keys) await workbench().page.keyboard.press(key);
  };
  const command = async (title: string) => {
    const { page } = workbench();
    const palette = page.locator('.quick-input-widget');
    await insist(page, async (timeout) => {
      await press('F1');
      await palette.waitFor({ timeout });
      await page.keyboard.type(title);
      await palette.getByRole('option').first().filter({ hasText: title }).waitFor({ timeout });
    });
    await press('Enter');
  };
  /** Answers the question that a command asks. */
  const pick = async (label: string) => {
    const options = workbench().page.locator('.quick-input-widget').getByRole('option');
    await options.filter({ hasText: label }).first().waitFor();
    await workbench().page.keyboard.type(label);
    await options.first().filter({ hasText: label }).waitFor();
    await press('Enter');
  };
  /** Presses a key until the element has the focus. */
  const reach = async (key: string, element: Locator) => {
    for (let presses = 0; presses < 40; presses++) {
      if (await element.evaluate((node) => node.contains(node.ownerDocument.activeElement))) return;
      await press(key);
    }
    throw new Error(`${key} does not lead to the element.`);
  };
  const focused = (tree: 'Models' | 'Edits') =>
    workbench().page.getByRole('tree', { name: tree }).locator('.monaco-list-row.focused');
  /** Moves down a tree until the focused row says this. */
  const walkTo = async (tree: 'Models' | 'Edits', label: RegExp) => {
    for (let presses = 0; presses < 20; presses++) {
      const row = focused(tree);
      if ((await row.count()) > 0 && label.test((await row.getAttribute('aria-label')) ?? '')) return;
      await press('ArrowDown');
    }
    throw new Error(`No row of ${tree} says ${label}.`);
  };
  const eiffel = () =>
    workbench()
      .row('Edits', /Eiffel Tower: Paris → Rome/)
      .getAttribute('aria-label');

  it('loads the model', async () => {
    await command('Palimpsest: Focus on Models View');
    await workbench()
      .row('Models', /almanac/)
      .waitFor();
    await command('Palimpsest: Load Model');
    await workbench()
      .row('Models', /almanac\.gguf.*ready/)
      .waitFor();
  });

  it('chooses a layer as the target', async () => {
    await command('Palimpsest: Choose as Edit Target');
    await pick('Layer 2');
    await command('Palimpsest: Focus on Models View');
    await walkTo('Models', /almanac\.gguf/);
    await press('ArrowRight');
    await workbench()
      .row('Models', /^Layer 2/)
      .waitFor();
    await expect
      .poll(() =>
        workbench()
          .row('Models', /^Layer 2/)
          .getAttribute('aria-label'),
      )
      .not.toContain('proposed');
  });

  it('applies an edit with the space bar', async () => {
    await command('Palimpsest: Focus on Edits View');
    await walkTo('Edits', /Eiffel Tower/);
    await press('Space');
    await expect.poll(eiffel, { timeout: 60_000 }).toContain('on at 1');
  });

  it('opens the inspector and walks its tabs', async () => {
    await command('Palimpsest: Inspect Edit');
    await pick('Eiffel Tower');
    const page = await workbench().inspector();
    await expect.poll(() => page.locator('body').innerText()).toContain('Paraphrases');
    await reach('Tab', page.getByRole('tab', { name: 'Locality' }));
    await press('ArrowRight');
    await expect
      .poll(() => page.getByRole('tab', { name: 'Activations' }).getAttribute('aria-selected'))
      .toBe('true');
    await expect.poll(() => page.locator('body').innerText()).toContain('layers down');
  });

  it('reads and pins a cell of the activations', async () => {
    const page = await workbench().inspector();
    const map = page.getByRole('application').first();
    await reach('Tab', map);
    await press('ArrowDown', 'ArrowRight', 'Enter');
    await expect.poll(() => page.locator('body').innerText(), { timeout: 20_000 }).toMatch(/[Nn]eurons/);
  });

  it('reverts the edit', async () => {
    await command('Palimpsest: Focus on Edits View');
    await walkTo('Edits', /Eiffel Tower/);
    await press('Space');
    await expect.poll(eiffel).toContain('computed, off');
  });
});
