import type { Frame } from 'playwright-core';
import type { Workbench } from '../../test/workbench/drive/workbench.ts';

/** Goes through every view of the extension, as somebody would who edits their first fact. */
export async function tour(workbench: Workbench, photograph: (view: string) => Promise<void>): Promise<void> {
  const { page } = workbench;
  /** Waits for what a frame shows, and takes the pointer away from what it might explain. */
  const settled = async (frame: Frame, text: string | RegExp) => {
    await frame.getByText(text).first().waitFor();
    await page.mouse.move(700, 5);
    await page.waitForTimeout(700);
  };

  await workbench.untilListed();
  await workbench.openFile('almanac.gguf');
  await workbench.openSideBar();
  const header = await workbench.header('almanac');
  await settled(header, 'Quantization mix');
  await photograph('header');
  for (const tab of ['Tensors', 'Metadata', 'Chat template']) {
    await header.getByRole('tab', { name: tab }).click();
    await page.mouse.move(700, 5);
    await page.waitForTimeout(500);
    await photograph(`header-${tab.toLowerCase().replace(' ', '-')}`);
  }

  await workbench.command('View: Close All Editors');
  await workbench.command('Palimpsest: Load Model');
  await workbench.row('Models', /almanac\.gguf.*ready/).waitFor();
  await workbench.row('Models', 'almanac.gguf').click();
  const eiffel = workbench.row('Edits', /Eiffel Tower: Paris → Rome/);
  await eiffel.getByRole('checkbox').click();
  await workbench.row('Edits', /Eiffel Tower.*on at 1/).waitFor({ timeout: 60_000 });
  await eiffel.hover();
  await eiffel.getByRole('button', { name: 'Inspect Edit' }).click();
  const inspector = await workbench.inspector();
  await settled(inspector, 'Paraphrases');
  await photograph('locality');
  const marks = {
    Activations: 'layers down',
    Lens: /overtakes/,
    Attention: /each row reads/,
    Neurons: /#\d+/,
    Edit: 'Hyperparameters',
  };
  for (const [tab, mark] of Object.entries(marks)) {
    await inspector.getByRole('tab', { name: tab }).click();
    await settled(inspector, mark);
    await photograph(tab.toLowerCase());
  }
  await inspector.getByRole('tab', { name: 'Trace' }).click();
  await inspector.getByRole('textbox', { name: 'Noise samples' }).fill('2');
  await inspector.getByRole('button', { name: 'Trace', exact: true }).click();
  await settled(inspector, 'Total effect');
  await photograph('trace');
  await inspector.getByRole('tab', { name: 'Activations' }).click();
  await inspector
    .getByRole('radio', { name: 'Difference' })
    .or(inspector.getByText('Difference'))
    .first()
    .click();
  await inspector.getByRole('application').first().focus();
  const way = [...Array(3).fill('ArrowDown'), ...Array(5).fill('ArrowRight'), 'Enter'];
  for (const key of way) await page.keyboard.press(key);
  await settled(inspector, /neurons/i);
  await photograph('activations-pinned');
  await inspector.getByRole('tab', { name: 'Try' }).click();
  await inspector.getByRole('button', { name: 'Generate' }).click();
  await settled(inspector, /Rome\./);
  await photograph('try');

  await workbench.command('View: Close All Editors');
  await workbench.openFile('the-eiffel-tower.patch.gguf');
  await settled(await workbench.header('the-eiffel-tower'), 'Hyperparameters');
  await photograph('patch');
  await workbench.command('View: Close All Editors');
  await workbench.command("Palimpsest: Review the Sample's Candidate");
  const review = await workbench.review();
  await settled(review, 'high confidence');
  await photograph('review');
  for (const heading of ['Reversal', 'Where it changed']) {
    await review.getByRole('heading', { name: heading }).evaluate((element) => element.scrollIntoView());
    await settled(review, heading);
    await photograph(`review-${heading.toLowerCase().replaceAll(' ', '-')}`);
  }

  await workbench.command('View: Close All Editors');
  await workbench.openFile('almanac.edits.json');
  await page.locator('.codelens-decoration').filter({ hasText: 'on at 1' }).first().waitFor();
  await page.mouse.move(700, 5);
  await page.waitForTimeout(700);
  await photograph('edits-file');
  await workbench.goTo(7, 19);
  await page.keyboard.type('X');
  await page.locator('.squiggly-error').first().waitFor();
  await page.keyboard.press('Control+S');
  await workbench.row('Edits', /not valid/).waitFor();
  await workbench.command('Problems: Focus on Problems View');
  await page.mouse.move(700, 5);
  await page.waitForTimeout(700);
  await photograph('edits-diagnostics');
  await page.keyboard.press('Control+J');
  await workbench.goTo(7, 20);
  await page.keyboard.press('Backspace');
  await page.keyboard.press('Control+S');
  await workbench.row('Edits', /Eiffel Tower.*on at 1/).waitFor();
  await page.getByRole('tab', { name: 'Testing' }).click();
  const tests = page.getByRole('tree', { name: 'Test Explorer' });
  await tests.getByRole('treeitem').first().click();
  await page.keyboard.press('ArrowRight');
  const test = tests.getByRole('treeitem', { name: /Eiffel Tower: Paris/ }).first();
  await test.hover();
  await test.getByRole('button', { name: 'Run Test' }).click();
  await tests
    .getByRole('treeitem', { name: /Eiffel Tower: Paris.*(Passed|Failed)/ })
    .waitFor({ timeout: 60_000 });
  await test.click();
  await page.keyboard.press('ArrowRight');
  await page.mouse.move(700, 5);
  await page.waitForTimeout(700);
  await photograph('tests');
}
