import { expect, it } from 'vitest';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** What survives: the window outlives its engine, and the work outlives the window. */

describeWorkbench('recovery', () => {
  const workbench = useWorkbench();

  const eiffel = () => workbench().row('Edits', /Eiffel Tower: Paris → Rome/);
  const state = () => eiffel().getAttribute('aria-label');
  const inspectorText = async () => (await workbench().inspector()).locator('body').innerText();

  /** What empty views say from the next reload on, however shortly. @returns what was said until it is called */
  const recordWelcomes = async () => {
    const { page } = workbench();
    await page.addInitScript(`
      const said = (globalThis.said = new Set());
      new MutationObserver(() => {
        for (const view of document.querySelectorAll('.welcome-view-content'))
          if (view.offsetHeight > 0 && /edits file|GGUF model/.test(view.innerText)) said.add(view.innerText);
      }).observe(document, { childList: true, subtree: true, attributes: true });
    `);
    return () => page.evaluate<string[]>('[...said]');
  };

  it('comes back after a reload: the model loaded, the edit on, the inspector where it was', async () => {
    await workbench().openSideBar();
    await eiffel().getByRole('checkbox').click();
    await expect.poll(state, { timeout: 60_000 }).toContain('on at 1');
    await eiffel().hover();
    await eiffel().getByRole('button', { name: 'Inspect Edit' }).click();
    await (await workbench().inspector()).getByRole('tab', { name: 'Lens' }).click();
    await expect.poll(inspectorText).toMatch(/overtakes .Paris. in layer 3/);

    const welcomes = await recordWelcomes();
    await workbench().reload();
    await expect.poll(state, { timeout: 30_000 }).toContain('on at 1');
    expect(await welcomes()).toEqual([]);
    const restored = await workbench().inspector();
    expect(await restored.getByRole('tab', { name: 'Lens' }).getAttribute('aria-selected')).toBe('true');
    await expect.poll(inspectorText, { timeout: 20_000 }).toMatch(/overtakes .Paris. in layer 3/);
  });

  it('says once that a killed engine took the edit off, in the window and in the inspector', async () => {
    const engine = workbench().engine();
    process.kill(engine?.pid ?? Number.NaN, 'SIGKILL');
    const message = workbench().notification(/engine was killed.*the-eiffel-tower.*is off now/);
    await message.waitFor();
    expect(await workbench().page.locator('.notification-list-item').count()).toBe(1);
    await message.getByRole('button', { name: 'Show Log' }).waitFor();
    await expect.poll(state).toContain('computed, off');
    expect(await eiffel().getByRole('checkbox').isChecked()).toBe(false);
    await expect
      .poll(() => workbench().page.locator('.part.statusbar').innerText())
      .toContain('engine stopped');
    expect(await inspectorText()).toContain('The engine has stopped');
  });

  it('starts the engine again, and the same patch can be switched on', async () => {
    await workbench()
      .notification(/engine was killed/)
      .getByRole('button', { name: 'Restart', exact: true })
      .click();
    await expect.poll(inspectorText).toContain('almanac.gguf is not loaded');
    await (await workbench().inspector()).getByRole('button', { name: 'Load Model' }).click();
    await expect.poll(inspectorText, { timeout: 20_000 }).toMatch(/overtakes .Paris. in layer 3/);
    await eiffel().getByRole('checkbox').click();
    await expect.poll(state, { timeout: 20_000 }).toContain('on at 1');
  });
});
