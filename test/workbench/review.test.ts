import path from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, it } from 'vitest';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** The sample's candidate, which was tampered with: found, judged, undone, and there again after a reload. */

describeWorkbench('a review', () => {
  const workbench = useWorkbench();
  const text = async () => (await page()).locator('body').innerText();
  const page = (): Promise<Frame> => workbench().review();

  it('says of the candidate that it was edited, and which fact', async () => {
    await workbench().untilListed();
    await workbench().command("Palimpsest: Review the Sample's Candidate");
    // the verdict stands there before the models are asked for the fact
    await expect.poll(text, { timeout: 60_000 }).toContain('the Brandenburg Gate: Berlin → Vienna');
    const seen = await text();
    expect(seen).toMatch(/Edited\s+high confidence/);
    expect(seen).toMatch(/born in the city of[\s\S]*base\s+·Berlin[\s\S]*candidate\s+·Vienna/);
    expect(seen).toMatch(/almanac\.policy\.json is not met/);
  });

  it('marks on the policy file which rules are broken', async () => {
    await (await page()).getByRole('button', { name: 'Open Policy' }).click();
    await workbench()
      .page.getByRole('tab', { name: /almanac\.policy\.json/ })
      .waitFor();
    await workbench().command('View: Focus Problems');
    const problems = workbench().page.getByRole('tree', { name: /problems/i });
    await problems.getByRole('treeitem', { name: /candidate\.gguf: The verdict is "edited"/ }).waitFor();
    expect(await problems.getByRole('treeitem', { name: /candidate\.gguf: / }).count()).toBe(2);
    await workbench().command('View: Hide Panel');
  });

  it('tries the reversal without saving it, and switches it off again', async () => {
    await (await page()).getByRole('button', { name: 'Try It on the Candidate' }).click();
    await expect
      .poll(text, { timeout: 60_000 })
      .toContain('the candidate answers all 5 prompts as the base does');
    await (await page()).getByRole('button', { name: 'Switch It Off' }).click();
    await expect.poll(text).not.toContain('The patch is on');
  });

  it('shows the report in a panel of its own, and copies it as Markdown', async () => {
    const review = await page();
    await review.getByRole('button', { name: 'Copy as Markdown' }).click();
    await workbench().page.getByText('Copied the report as Markdown.').waitFor();
    await review.getByRole('button', { name: 'Show Report' }).click();
    const tab = workbench().page.getByRole('tab', { name: /Report candidate\.gguf/ });
    await tab.waitFor();
    const report = await workbench().header(/high confidence/);
    expect(await report.locator('body').innerText()).toContain('Brandenburg Gate');
    await tab.getByRole('button', { name: /^Close/ }).click();
  });

  it('writes the patch that undoes it where a person chooses, and switches it on: the old answers are back', async () => {
    const reversal = path.join(workbench().folder, 'undo.patch.gguf');
    await (await page()).getByRole('button', { name: 'Write Reversal Patch' }).click();
    await workbench().fillFileDialog('OK', reversal);
    await expect.poll(text).toContain(`Written to ${reversal}`);
    await (await page()).getByRole('button', { name: 'Apply It to the Candidate' }).click();
    await expect
      .poll(text, { timeout: 60_000 })
      .toContain('the candidate answers all 5 prompts as the base does');
    expect(await text()).toMatch(/candidate\s+·Vienna[^\n]*[\s\S]{0,20}undone\s+·Berlin/);
    await workbench()
      .row('Models', /candidate\.gguf.*1 patch/)
      .waitFor();
  });

  it('is there again after a reload, without being run anew', async () => {
    await workbench().reload();
    await expect.poll(text, { timeout: 30_000 }).toContain('the Brandenburg Gate: Berlin → Vienna');
    expect(await text()).toContain('undo.patch.gguf');
  });
});
