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
    // whether the folder is trusted reaches the page after the header does
    await expect.poll(text).toContain('Restricted Mode');
    expect(await frame.getByRole('button', { name: 'Load', exact: true }).count()).toBe(0);
    await frame.getByRole('button', { name: /Trust/ }).waitFor();
  });

  it('shows edits, and refuses to apply one in a sentence that offers to trust the folder', async () => {
    await workbench().openSideBar();
    const eiffel = workbench().row('Edits', /Eiffel Tower/);
    const model = workbench().row('Models', 'almanac.gguf');
    const before = [await eiffel.getAttribute('aria-label'), await model.getAttribute('aria-label')];
    await eiffel.getByRole('checkbox').click();
    const refusal = workbench().notification(/not trusted/);
    await refusal.getByRole('button', { name: 'Manage Workspace Trust' }).waitFor();
    expect(await refusal.getByRole('button', { name: 'Show Log' }).count()).toBe(0);
    await expect.poll(() => eiffel.getByRole('checkbox').isChecked()).toBe(false);
    expect([await eiffel.getAttribute('aria-label'), await model.getAttribute('aria-label')]).toEqual(before);

    await refusal.getByRole('button', { name: 'Manage Workspace Trust' }).click();
    await workbench().page.getByText('You are in Restricted Mode').waitFor();
    await workbench().page.keyboard.press('Escape');
    await workbench().page.getByText('You are in Restricted Mode').waitFor({ state: 'hidden' });
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
