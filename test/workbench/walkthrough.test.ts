import { rm } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** The walkthrough, in a folder that holds no model: each step is ticked once it has really been done, and not before. */

describeWorkbench('the walkthrough', () => {
  const workbench = useWorkbench();

  const steps = ['open', 'load', 'apply', 'inspect', 'revert'] as const;
  /** The steps that are ticked. */
  const ticked = async () => {
    const marks = steps.map(async (step) => {
      const row = workbench().page.locator(
        `[data-step-id$="#edit#${step}"].codicon, [data-step-id$="#edit#${step}"] .codicon`,
      );
      const classes = await row.first().getAttribute('class');
      return classes?.includes('getting-started-step-checked') ? step : undefined;
    });
    return (await Promise.all(marks)).filter((step) => step !== undefined);
  };
  const eiffel = () => workbench().row('Edits', /Eiffel Tower: Paris → Rome/);

  beforeAll(async () => {
    for (const name of ['almanac.gguf', 'almanac.edits.json']) await rm(path.join(workbench().folder, name));
    await workbench().command('Welcome: Open Walkthrough...');
    await workbench()
      .page.locator('.quick-input-widget')
      .getByRole('option', { name: /Edit a fact/ })
      .click();
    await workbench().page.getByText('Open the sample').first().waitFor();
  });

  it('opens the sample, loads it, applies an edit, inspects it and reverts it', async () => {
    expect(await ticked()).toEqual([]);
    await workbench().command('Palimpsest: Open the Sample');
    await expect.poll(ticked).toEqual(['open']);
    await workbench().row('Models', 'almanac.gguf').waitFor();
    await workbench().command('Palimpsest: Load Model');
    await expect.poll(ticked, { timeout: 20_000 }).toEqual(['open', 'load']);
    await eiffel().getByRole('checkbox').click();
    await expect.poll(ticked, { timeout: 60_000 }).toEqual(['open', 'load', 'apply']);

    // a question that is not answered is no inspection
    await workbench().command('Palimpsest: Inspect Edit');
    await workbench().page.keyboard.press('Escape');
    expect(await ticked()).toEqual(['open', 'load', 'apply']);
    await eiffel().hover();
    await eiffel().getByRole('button', { name: 'Inspect Edit' }).click();
    await workbench().inspector();
    await workbench().page.getByRole('tab', { name: 'Welcome' }).click();
    await expect.poll(ticked).toEqual(['open', 'load', 'apply', 'inspect']);
    await eiffel().getByRole('checkbox').click();
    await expect.poll(ticked).toEqual([...steps]);
  });
});
