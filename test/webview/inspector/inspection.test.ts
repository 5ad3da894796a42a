import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { CancelledError, InputError } from '../../../src/engine/errors.ts';
import type { InspectorContract } from '../../../src/protocol/inspector.ts';
import { signed } from '../../../src/text/numbers.ts';
import { expectAccessible } from '../rig/axe.ts';
import { describeInChromium, useChromium } from '../rig/chromium.ts';
import { openPage } from '../rig/openPage.ts';
import { keepPicture } from '../rig/screenshot.ts';
import { testInThemes } from '../rig/testInThemes.ts';
import { eiffel } from './eiffel.ts';
import { headOf, ready, type Stub, stubOf } from './inspectorStub.ts';

/** Attention, neurons and causal traces, as the engine once read them. */
describeInChromium('inspection', () => {
  const browser = useChromium();
  const open = (stub: Stub, shape?: Parameters<typeof openPage>[3]) =>
    openPage<InspectorContract>(browser(), 'inspector', stub.handlers, {
      width: 1180,
      height: 820,
      ...shape,
    });
  const turnTo = (page: Page, name: string) => page.getByRole('tab', { name, exact: true }).click();
  const trace = (page: Page) => page.getByRole('button', { name: 'Trace', exact: true }).click();

  testInThemes('highContrast', 'a trace is accessible', async (theme) => {
    await using opened = await open(stubOf(ready), { theme });
    const { page } = opened;
    await turnTo(page, 'Trace');
    await trace(page);
    await page.getByText('layers down, tokens across').first().waitFor();
    await expectAccessible(page);
    await keepPicture(page, `inspector-traced-${theme}`);
    expect(opened.complaints).toEqual([]);
  });

  test('trace: total and indirect effects, before and after, with how they were found', async () => {
    const asked: unknown[] = [];
    const { before, after } = eiffel.trace;
    const stub = stubOf(ready, {
      trace: (params) => {
        asked.push(params);
        return eiffel.trace;
      },
    });
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Trace');
    await page.getByText('hardly predicts which layer is best edited').waitFor();
    expect(asked).toEqual([]);
    await page.getByRole('textbox', { name: 'Noise samples' }).fill('many');
    await page.getByText('Noise samples must be a whole number from 1 to 1000.').waitFor();
    await page.getByRole('textbox', { name: 'Noise samples' }).fill('10');
    await page.getByRole('textbox', { name: 'Subject' }).fill('The Louvre');
    await page.getByText('“The Louvre” is not in the prompt.').waitFor();
    await page.getByRole('textbox', { name: 'Subject' }).fill('The Eiffel Tower');
    await trace(page);
    const facts = page.getByRole('region', { name: 'The trace' });
    await facts.getByText('·Paris').waitFor();
    expect(asked).toEqual([
      { prompt: 'The Eiffel Tower is located in the city of', subject: 'The Eiffel Tower', samples: 10 },
    ]);
    const text = await facts.innerText();
    expect(text).toContain(`+${before.totalEffect.toPrecision(3)}`);
    expect(text).toContain('10 noise samples');
    expect(text).toContain(before.noise.toPrecision(3));

    const map = page.getByRole('application', { name: /^MLP: heatmap of 6 layers and 12 tokens/ });
    await map.focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', ...Array(5).fill('ArrowRight')])
      await page.keyboard.press(key);
    const effect = after.indirect.mlp[2]?.[5] ?? Number.NaN;
    const readout = page.getByRole('status').filter({ hasText: 'Layer 2' });
    expect(await readout.innerText()).toContain('·Tower*');
    await page.getByRole('radio', { name: 'After' }).check({ force: true });
    await facts.getByText('·Rome').waitFor();
    expect(await readout.innerText()).toContain(`+${effect.toPrecision(3)}`);
    expect(await facts.innerText()).toContain(`+${after.totalEffect.toPrecision(3)}`);

    await page.getByRole('checkbox', { name: 'As a table' }).click();
    const table = page.getByRole('grid', { name: 'Indirect effects by token and layer' });
    const row = table.getByRole('row').nth(1 + 1 * 6 + 2);
    expect(await row.innerText()).toContain(signed(after.indirect.mlp[2]?.[1]));
    await expectAccessible(page);
    await keepPicture(page, 'inspector-traced-table');
    opened.host.push('export', 'csv');
    await expect.poll(() => stub.saved.length).toBe(1);
    const csv = String(stub.saved[0]?.content);
    const effects = [after.indirect.residual, after.indirect.mlp, after.indirect.attention];
    expect(csv).toContain(`5,·Tower,2,${effects.map((kind) => kind[2]?.[5]).join(',')}\r\n`);
    expect(csv).toContain('hardly predicts which layer is best edited');
  });

  test('attribution: by stream and by lens, before and after, as a table and saved', async () => {
    const asked: unknown[] = [];
    const { before, after } = eiffel.attribution;
    const stub = stubOf(ready, {
      attribute: (params) => {
        asked.push(params);
        return eiffel.attribution;
      },
    });
    await using opened = await open(stub);
    const { page } = opened;
    const attribute = () => page.getByRole('button', { name: 'Attribute', exact: true }).click();
    await turnTo(page, 'Attribution');
    await page.getByText('Not attributed yet').waitFor();
    expect(asked).toEqual([]);
    await page.getByRole('textbox', { name: 'Subject' }).fill('The Louvre');
    await page.getByText('“The Louvre” is not in the prompt.').waitFor();
    await page.getByRole('textbox', { name: 'Subject' }).fill('');
    await attribute();
    const facts = page.getByRole('region', { name: 'The attribution' });
    await facts.getByText('·Paris').waitFor();
    await page.getByRole('textbox', { name: 'Subject' }).fill('The Eiffel Tower');
    await page.getByRole('checkbox', { name: 'Jacobian lens' }).click();
    await attribute();
    await expect.poll(() => asked.length).toBe(2);
    const prompt = 'The Eiffel Tower is located in the city of';
    expect(asked).toEqual([
      { prompt, subject: null, samples: 1, lens: false },
      { prompt, subject: 'The Eiffel Tower', samples: 10, lens: true },
    ]);
    await page.getByRole('application', { name: /^MLP: heatmap of 6 layers and 12 tokens/ }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'inspector-attributed');
    await page.getByRole('radio', { name: 'Jacobian lens' }).check({ force: true });
    await page.getByRole('application', { name: /^·Rome: heatmap of 6 layers/ }).waitFor();
    await keepPicture(page, 'inspector-jacobian-lens');
    await page.getByRole('radio', { name: 'After' }).check({ force: true });
    await facts.getByText('·Rome').waitFor();
    await page.getByRole('checkbox', { name: 'As a table' }).click();
    const table = page.getByRole('grid', { name: 'Attribution by token and layer' });
    const row = table.getByRole('row').nth(1 + 1 * 6 + 2);
    expect(await row.innerText()).toContain(signed(after.lens?.vectors[0]?.raised[2]?.[1]));
    await expectAccessible(page);
    opened.host.push('export', 'csv');
    await expect.poll(() => stub.saved.length).toBe(1);
    const csv = String(stub.saved[0]?.content);
    const { residual, mlp, attention } = before.attributed;
    expect(csv).toContain(
      `5,·Tower,2,${[residual, mlp, attention].map((kind) => kind[2]?.[5]).join(',')}\r\n`,
    );
    expect(opened.complaints).toEqual([]);
  });

  test('trace: progress, a stop, and again; another edit takes it away', async () => {
    let tries = 0;
    const stub = stubOf(ready, {
      trace: (_, { signal, report }) => {
        if (tries++ > 0) return { ...eiffel.trace, after: null };
        report('restoring states', 0.42);
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new CancelledError())),
        );
      },
    });
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Trace');
    await trace(page);
    await page.getByText('restoring states').waitFor();
    await page.getByText('42 %').waitFor();
    expect(await page.getByRole('button', { name: 'Trace', exact: true }).isDisabled()).toBe(true);
    // it goes on behind another tab
    await turnTo(page, 'Lens');
    await turnTo(page, 'Trace');
    await page.getByText('42 %').waitFor();
    await keepPicture(page, 'inspector-tracing');
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('heading', { name: 'Stopped' }).waitFor();
    await trace(page);
    await page.getByText('·Paris').first().waitFor();
    expect(await page.getByRole('radio', { name: 'After' }).count()).toBe(0);
    opened.host.push('state', { ...ready, change: { label: 'the-eiffel-tower', stamp: '2' } });
    await page.getByText('Not traced yet').waitFor();
  });

  test('attention: another head and layer, before, after and what differs, by keyboard', async () => {
    const asked: unknown[] = [];
    const stub = stubOf(ready, {
      head: ({ layer, head }) => {
        asked.push([layer, head]);
        return headOf(eiffel.attention, head);
      },
    });
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Attention');
    const heads = page.getByRole('radiogroup', { name: 'Head of layer 3' });
    await expect.poll(() => heads.getByRole('radio').count()).toBe(eiffel.attention.heads);
    // the one that changed most is seen first
    const most = heads.getByRole('radio', { name: /^Head 1, largest change \.315/ });
    expect(await most.getAttribute('aria-checked')).toBe('true');
    await most.focus();
    await page.keyboard.press('ArrowLeft');
    await page.keyboard.press('ArrowRight');
    const map = page.getByRole('application', { name: /^After: heatmap of 12 tokens/ });
    await map.focus();
    for (const key of ['ArrowRight', ...Array(11).fill('ArrowDown'), ...Array(5).fill('ArrowRight')])
      await page.keyboard.press(key);
    const one = headOf(eiffel.attention, 1);
    const readout = page.getByRole('status').filter({ hasText: 'token 11 reads' });
    const at = (values: Float32Array) => (values[11 * 12 + 5] ?? 0).toFixed(3).replace(/^0/, '');
    expect(await readout.innerText()).toContain(`before ${at(one.before)}`);
    expect(await readout.innerText()).toContain(`after ${at(one.after)}`);
    await page.getByText('Difference', { exact: true }).click();
    await page.getByRole('application', { name: /^After − before/ }).waitFor();
    await keepPicture(page, 'inspector-attention-difference');
    opened.host.push('export', 'markdown');
    await expect.poll(() => stub.saved.length).toBe(1);
    expect(String(stub.saved[0]?.content)).toContain('### Layer 3, head 1');
    expect(asked.slice(0, 2)).toEqual([
      [3, 1],
      [3, 0],
    ]);
    await page.getByRole('checkbox', { name: 'As a table' }).click();
    await page.getByRole('grid', { name: 'What token 11 attends to' }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'inspector-attention-table');
    await page.getByRole('combobox', { name: 'Layer' }).click();
    await page.getByRole('option', { name: 'Layer 4' }).click();
    await expect.poll(() => asked.at(-1)).toEqual([4, 1]);
  });

  test('neurons: what they write and promote before and after, of another token, and why not', async () => {
    let asked: unknown;
    const stub = stubOf(ready, {
      neurons: (params) => {
        asked = params;
        if (params.position === 11)
          throw new InputError('Layer 2 has no down-projection of its own (blk.2.ffn_down.weight).');
        return { ...eiffel.neurons, position: params.position ?? 5 };
      },
    });
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Neurons');
    const [pair] = eiffel.neurons.pairs;
    const group = page.getByRole('rowgroup').filter({ hasText: `#${pair?.neuron}` });
    const text = await group.innerText();
    for (const { written, promotes } of [pair?.before, pair?.after].filter((state) => state !== undefined)) {
      expect(text).toContain(written.toPrecision(3));
      expect(text).toContain(promotes[0]?.token.trim());
    }
    expect(text).toContain(`${((pair?.moved ?? 0) * 100).toFixed(1)} %`);
    expect(asked).toEqual({ prompt: ready.edit?.prompt, layer: 2, position: null });
    const tokens = page.getByRole('radiogroup', { name: 'Token whose neurons are read' });
    expect(await tokens.getByRole('radio', { checked: true }).innerText()).toBe('·Tower');
    await tokens.getByRole('radio', { name: '·is' }).click();
    await expect.poll(() => asked).toMatchObject({ position: 6 });
    opened.host.push('export', 'csv');
    await expect.poll(() => stub.saved.length).toBe(1);
    expect(String(stub.saved[0]?.content)).toContain(
      `\r\n${pair?.neuron},${pair?.before.activation},${pair?.before.written},`,
    );
    await tokens.getByRole('radio', { name: '·of' }).click();
    expect(await page.getByRole('alert').innerText()).toContain('no down-projection of its own');
    await page.getByRole('combobox', { name: 'Layer' }).waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'inspector-neurons-failed');
  });

  test('without an edit there is one state', async () => {
    const stub = stubOf(
      {
        ...ready,
        edit: null,
        change: null,
        asked: { id: 'a', prompt: 'The Eiffel Tower is located in the city of' },
      },
      { trace: () => ({ ...eiffel.trace, after: null }) },
    );
    await using opened = await open(stub, { width: 760 });
    const { page } = opened;
    await page.getByRole('tab', { name: 'Activations', selected: true }).waitFor();
    await turnTo(page, 'Attention');
    await expect.poll(() => page.getByRole('application').count()).toBe(1);
    await turnTo(page, 'Neurons');
    await page.getByText('#594').waitFor();
    expect(await page.getByRole('columnheader').allInnerTexts()).toEqual([
      'Neuron',
      'Activation',
      'Written',
      'Promotes',
    ]);
    await turnTo(page, 'Trace');
    await page.getByText('Enter the words of the prompt to corrupt.').waitFor();
    await page.getByRole('textbox', { name: 'Subject' }).fill('Eiffel Tower');
    await trace(page);
    await page.getByText('·Paris').first().waitFor();
    await expectAccessible(page);
    await keepPicture(page, 'inspector-traced-without-edit');
    expect(opened.complaints).toEqual([]);
  });
});
