import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { loadedLibraries } from './drive/processes.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** In a folder that nobody trusts, headers can be looked at; nothing is loaded and nothing written. */

describeWorkbench('Restricted Mode', () => {
  const workbench = useWorkbench({ trusted: false });

  it('shows the header of a model, and says what it does not do', async () => {
    await workbench().page.locator('#status\\.workspaceTrust').waitFor();
    await workbench().untilListed();
    await workbench().openFile('almanac.gguf');
    const frame = await workbench().header('almanac');
    const text = () => frame.locator('body').innerText();
    await expect.poll(text).toContain('6.557 M');
    expect(await text()).toContain('Restricted Mode');
    expect(await frame.getByRole('button', { name: 'Load', exact: true }).count()).toBe(0);
    await frame.getByRole('button', { name: /Trust/ }).waitFor();
  });

  it('shows edits, and refuses to apply one in a sentence', async () => {
    await workbench().openSideBar();
    await workbench()
      .row('Edits', /Eiffel Tower/)
      .getByRole('checkbox')
      .click();
    await workbench()
      .notification(/not trusted/)
      .waitFor();
    const box = workbench()
      .row('Edits', /Eiffel Tower/)
      .getByRole('checkbox');
    await expect.poll(() => box.isChecked()).toBe(false);
  });

  it('offers no command that would load or write', async () => {
    await workbench().page.keyboard.press('F1');
    const commands = workbench().page.locator('.quick-input-widget');
    await commands.locator('input').first().fill('>Palimpsest: ');
    await commands.getByRole('option').first().filter({ hasText: 'Palimpsest' }).waitFor();
    const offered = await commands.getByRole('option').allInnerTexts();
    expect(offered.join()).not.toMatch(/Load Model|Apply|Measure|Compute|Revert/);
    await workbench().page.keyboard.press('Escape');
  });

  it('has loaded no native code, started no engine and written nothing', () => {
    const libraries = loadedLibraries(workbench().extensionHost().pid);
    expect(libraries.filter((file) => /koffi|llama|ggml/.test(file))).toEqual([]);
    expect(workbench().engine()).toBeUndefined();
    expect(existsSync(path.join(workbench().folder, 'almanac.patches'))).toBe(false);
  });
});
