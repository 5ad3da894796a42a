import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { root } from '../../scripts/workbench/places.ts';
import { writeCandidate } from '../../src/workbench/sample/writeCandidate.ts';
import { seriousViolations } from './drive/axe.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** Two of a kind side by side: an edit at two strengths, two reviews of one candidate; and the methods in a page. */

const patience = 180_000;

describeWorkbench('what is compared', { timeout: 200_000 }, () => {
  const workbench = useWorkbench();
  const place = (name: string) => path.join(workbench().folder, name);
  const sample = (name: string) => path.join(root, 'samples/almanac', name);
  const quick = () => workbench().page.locator('.quick-input-widget');
  const pick = (name: string | RegExp) => quick().getByRole('option', { name }).first().click();

  it('puts an edit at two strengths side by side, with the differences of the measures', async () => {
    await workbench().untilListed();
    await workbench().command('Palimpsest: Compare Edit With...');
    await pick(/Eiffel Tower: Paris → Rome/);
    await pick('Another Strength...');
    await quick().getByText('Strength of the patch').waitFor();
    await quick().locator('input').first().fill('0');
    await workbench().page.keyboard.press('Enter');
    const compared = await workbench().header('Compare strength 1 with strength 0');
    const measures = compared.getByRole('region', { name: /^Measures of both sides/ });
    await measures.waitFor({ timeout: patience });
    const efficacy = measures.getByRole('row').filter({ has: compared.getByText('ES', { exact: true }) });
    expect((await efficacy.getByRole('cell').allInnerTexts()).slice(1)).toEqual(['1.000', '.000', '−1.00']);
    expect(await seriousViolations(compared)).toEqual([]);
  });

  it('shows the methods and their hyperparameters', async () => {
    await workbench().command('Palimpsest: Show Methods and Hyperparameters');
    await workbench().header('Editing Methods and Hyperparameters');
  });

  it('shows two reviews of one candidate in the editor of differences', async () => {
    await writeCandidate(sample('almanac.gguf'), sample('candidate.tensors.gguf'), place('candidate.gguf'));
    await copyFile(place('candidate.gguf'), place('copy.gguf'));
    await workbench().reload();
    await workbench().untilListed();
    for (const base of ['almanac.gguf', 'copy.gguf']) {
      await workbench().command('Palimpsest: Review Against...');
      await pick(/^candidate\.gguf/);
      await pick(new RegExp(`^${base.replace('.', '\\.')}`));
      const review = await workbench().review();
      await review.getByRole('button', { name: 'Review Again' }).waitFor({ timeout: patience });
    }
    await workbench().command('Palimpsest: Compare Reviews...');
    await workbench()
      .page.getByRole('tab', { name: /candidate\.gguf: against (almanac|copy)\.gguf ↔ (almanac|copy)\.gguf/ })
      .waitFor();
    await workbench().page.locator('.monaco-diff-editor .line-insert').first().waitFor();
  });
});
