import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Frame } from 'playwright-core';
import { expect, inject, it } from 'vitest';
import type { ActivationComparison, KeyValues } from '../../src/protocol/activations.ts';
import type { AttentionComparison } from '../../src/protocol/attention.ts';
import type { CausalTrace } from '../../src/protocol/causalTrace.ts';
import type { Measured } from '../../src/protocol/editing.ts';
import { shownPrompt } from '../../src/protocol/promptWords.ts';
import { commandLine } from './drive/commandLine.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** The whole job with the mouse: open the folder, load, choose a target, apply, see what changed and where, revert. */

const prompt = 'The Eiffel Tower is located in the city of';

describeWorkbench('the whole job', () => {
  // as on the first day: nothing is computed yet
  const workbench = useWorkbench({ cache: undefined });

  const file = (name: string) => path.join(workbench().folder, name);
  const patch = () => file('almanac.patches/the-eiffel-tower.patch.gguf');
  const digest = async () =>
    createHash('sha256')
      .update(await readFile(file('almanac.gguf')))
      .digest('hex');
  const eiffel = () => workbench().row('Edits', /Eiffel Tower: Paris → Rome/);
  const layer = (number: number) => workbench().row('Models', new RegExp(`^Layer ${number}\\b`));
  const inspector = () => workbench().inspector();
  const status = () => workbench().page.locator('.part.statusbar').innerText();
  let untouched: string;

  it('lists the models and edits of the folder, none of them loaded or computed', async () => {
    untouched = await digest();
    await workbench().openSideBar();
    await expect
      .poll(() => workbench().row('Models', 'almanac.gguf').getAttribute('aria-label'))
      .toContain('not loaded');
    await expect.poll(() => eiffel().getAttribute('aria-label')).toContain('not computed');
  });

  it('loads the model and proposes an edit target with its reason', async () => {
    await workbench().row('Models', 'almanac.gguf').hover();
    await workbench().row('Models', 'almanac.gguf').getByRole('button', { name: 'Load Model' }).click();
    await workbench()
      .row('Models', /almanac\.gguf.*ready/)
      .waitFor();
    await workbench().row('Models', 'almanac.gguf').click();
    const proposed = await layer(2).getAttribute('aria-label');
    expect(proposed).toContain('proposed edit target');
    expect(proposed).toContain('trained to store its facts');
  });

  it('takes the target that a person chooses, and gives it back', async () => {
    await layer(3).hover();
    await layer(3).getByRole('button', { name: 'Choose as Edit Target' }).click();
    await expect.poll(() => layer(3).getAttribute('aria-label')).toMatch(/chosen|edit target/);
    await expect.poll(() => eiffel().getAttribute('aria-label')).toContain('layer 3');
    await layer(2).hover();
    await layer(2).getByRole('button', { name: 'Choose as Edit Target' }).click();
    await expect.poll(() => eiffel().getAttribute('aria-label')).toContain('layer 2');
  });

  it('applies an edit: computed, switched on, measured, and kept as a patch beside its file', async () => {
    await eiffel().getByRole('checkbox').click();
    await expect.poll(() => eiffel().getAttribute('aria-label'), { timeout: 60_000 }).toContain('on at 1');
    expect(await eiffel().getByRole('checkbox').isChecked()).toBe(true);
    await workbench()
      .row('Patches', /Eiffel Tower: Paris → Rome.*strength 1/)
      .waitFor();
    expect(await status()).toContain('1 patch on');
    expect(existsSync(patch())).toBe(true);
  });

  it('shows the locality that the command line measures', async () => {
    await eiffel().hover();
    await eiffel().getByRole('button', { name: 'Inspect Edit' }).click();
    const page = await inspector();
    const edits = ['--edits', file('almanac.edits.json'), '--only', 'the-eiffel-tower'];
    const measured = (await commandLine(
      inject('extensions'),
      'measure',
      file('almanac.gguf'),
      ...edits,
      '--patch',
      patch(),
    )) as Measured;
    const [edit] = measured.edits;
    await expect.poll(() => text(page)).toContain('Paraphrases');
    const shown = await text(page);
    for (const share of [edit?.es, edit?.ps, edit?.ns]) expect(shown).toContain(share?.toFixed(3));
    expect(shown).toContain(edit?.driftKl?.toPrecision(3));
    for (const { probe, before, after, kl } of edit?.probes.slice(0, 6) ?? []) {
      const row = await page
        .getByRole('row')
        .filter({ hasText: shownPrompt(probe.prompt) })
        .first()
        .innerText();
      expect(row).toContain(before.top[0]?.token.trim());
      expect(row).toContain(after.top[0]?.token.trim());
      expect(row).toContain(kl.toPrecision(3));
    }
  });

  it('shows the activations that the command line reads', async () => {
    const page = await inspector();
    await page.getByRole('tab', { name: 'Activations' }).click();
    await page.getByRole('checkbox', { name: 'As a table' }).click();
    const read = (await commandLine(
      inject('extensions'),
      'activations',
      file('almanac.gguf'),
      '--prompt',
      prompt,
      '--patch',
      patch(),
    )) as ActivationComparison;
    const position = 1;
    for (const at of [0, 2, 5]) {
      const index = at * read.tokens.length + position;
      const values = [read.before.residual[index], read.after.residual[index]].map((norm) =>
        norm?.toPrecision(3),
      );
      const row = page.getByRole('row').nth(1 + position * read.layers + at);
      expect((await row.innerText()).split(/\s+/)).toEqual(expect.arrayContaining([String(at), ...values]));
    }
  });

  it('shows the attention, the neurons and the trace that the command line reads', async () => {
    const page = await inspector();
    const read = (...asked: string[]) =>
      commandLine(
        inject('extensions'),
        asked[0] ?? '',
        file('almanac.gguf'),
        '--prompt',
        prompt,
        ...asked.slice(1),
      );
    const on = ['--patch', patch()];

    await page.getByRole('tab', { name: 'Attention' }).click();
    await page.getByRole('radio', { name: /^Head 0/ }).click();
    await page.getByRole('checkbox', { name: 'As a table' }).click();
    const attention = (await read('attention', '--layer', '3', ...on)) as AttentionComparison;
    const last = attention.tokens.length - 1;
    for (const column of [0, 5]) {
      const at = last * attention.side + column;
      const weights = [attention.before[at], attention.after[at]].map((w) => w?.toFixed(3).replace(/^0/, ''));
      const row = page
        .getByRole('grid')
        .getByRole('row')
        .nth(1 + column);
      await expect
        .poll(async () => (await row.innerText()).split(/\s+/))
        .toEqual(expect.arrayContaining(weights));
    }

    await page.getByRole('tab', { name: 'Neurons' }).click();
    const { pairs } = (await read('neurons', '--layer', '2', '--position', '5', ...on)) as KeyValues;
    const [pair] = pairs;
    const group = page.getByRole('rowgroup').filter({ hasText: `#${pair?.neuron}` });
    await expect.poll(() => group.innerText()).toContain(pair?.before.written.toPrecision(3));
    expect(await group.innerText()).toContain(pair?.after.promotes[0]?.token.trim());

    await page.getByRole('tab', { name: 'Trace' }).click();
    await page.getByRole('textbox', { name: 'Noise samples' }).fill('1');
    await page.getByRole('button', { name: 'Trace', exact: true }).click();
    const facts = page.getByRole('region', { name: 'The trace' });
    await facts.getByText('·Paris').waitFor({ timeout: 60_000 });
    const traced = ['trace', '--subject', 'The Eiffel Tower', '--samples', '1'];
    const before = (await read(...traced)) as CausalTrace;
    expect(await facts.innerText()).toContain(`+${before.totalEffect.toPrecision(3)}`);
    await page.getByText('After', { exact: true }).click();
    await facts.getByText('·Rome').waitFor();
    const after = (await read(...traced, ...on)) as CausalTrace;
    expect(await facts.innerText()).toContain(`+${after.totalEffect.toPrecision(3)}`);
  });

  it('reverts: the patch is off, and every logit is bitwise what it was', async () => {
    const page = await inspector();
    await page.getByRole('tab', { name: 'Locality' }).click();
    await page.getByRole('button', { name: 'Revert' }).click();
    await expect.poll(() => eiffel().getAttribute('aria-label')).toContain('computed, off');
    await expect.poll(() => text(page)).toMatch(/Reverted exactly: all 2.560 logits .* bitwise/);
    expect(await eiffel().getByRole('checkbox').isChecked()).toBe(false);
    expect(await status()).toContain('no patch on');
    expect(await digest()).toBe(untouched);
  });

  it('undoes the revert, and takes the undoing back', async () => {
    await workbench().command('Palimpsest: Undo Apply or Revert');
    await expect.poll(() => eiffel().getAttribute('aria-label')).toContain('on at 1');
    await workbench().command('Palimpsest: Redo Apply or Revert');
    await expect.poll(() => eiffel().getAttribute('aria-label')).toContain('computed, off');
  });
});

const text = (page: Frame) => page.locator('body').innerText();
