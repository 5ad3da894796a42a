import { describe, expect, it } from 'vitest';
import { nightly } from '../nightly.ts';
import { seriousViolations } from './drive/axe.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** Every page as it is inside VS Code, in its own themes: nothing that axe finds serious. */

const themes = [
  ['Dark 2026', 'vs-dark'],
  ['Light 2026', 'vs'],
  ['Default High Contrast', 'hc-black'],
] as const;
/** The theme of every change's test; the pages of one are those of another but for their colors. */
const everyday = 'Default High Contrast';

describeWorkbench('accessibility', () => {
  for (const [theme, kind] of themes)
    describe(`in ${theme}`, theme === everyday ? {} : nightly, () => {
      const workbench = useWorkbench({ settings: { 'workbench.colorTheme': theme } });

      it('finds nothing serious in the .gguf editor', async () => {
        await workbench().page.locator(`.monaco-workbench.${kind}`).waitFor();
        await workbench().untilListed();
        await workbench().openFile('almanac.gguf');
        const frame = await workbench().header('almanac');
        for (const tab of ['Overview', 'Tensors', 'Metadata', 'Chat template']) {
          await frame.getByRole('tab', { name: tab }).click();
          expect(await seriousViolations(frame), tab).toEqual([]);
        }
        await workbench().command('View: Close All Editors');
      });

      it('finds nothing serious in the inspector', async () => {
        await workbench().openSideBar();
        const eiffel = workbench().row('Edits', /Eiffel Tower: Paris → Rome/);
        await eiffel.getByRole('checkbox').click();
        await expect.poll(() => eiffel.getAttribute('aria-label'), { timeout: 60_000 }).toContain('on at 1');
        await eiffel.hover();
        await eiffel.getByRole('button', { name: 'Inspect Edit' }).click();
        const frame = await workbench().inspector();
        const shows = {
          Locality: 'Paraphrases',
          Activations: 'layers down',
          Lens: 'overtakes',
          Edit: 'Hyperparameters',
          Try: 'Tokens',
        };
        for (const [tab, text] of Object.entries(shows)) {
          await frame.getByRole('tab', { name: tab }).click();
          await expect.poll(() => frame.locator('body').innerText(), { timeout: 20_000 }).toContain(text);
          expect(await seriousViolations(frame), tab).toEqual([]);
          await workbench().picture(`${kind}-${tab}`);
        }
      });
    });
});
