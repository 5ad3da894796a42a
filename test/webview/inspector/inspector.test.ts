import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { CancelledError, EngineError } from '../../../src/engine/errors.ts';
import type { InspectorContract, InspectorState, Tab } from '../../../src/protocol/inspector.ts';
import { expectAccessible } from '../rig/axe.ts';
import { describeInChromium, useChromium } from '../rig/chromium.ts';
import { openPage } from '../rig/openPage.ts';
import { keepBytes, keepPicture } from '../rig/screenshot.ts';
import { testInThemes } from '../rig/testInThemes.ts';
import { themeValues } from '../rig/themes.ts';
import { eiffel } from './eiffel.ts';
import {
  activationsOf,
  eiffelEdit,
  measurementOf,
  ready,
  type Stub,
  stubOf,
  uncomputed,
} from './inspectorStub.ts';

const tabs: readonly (readonly [Tab, string])[] = [
  ['locality', 'Locality'],
  ['activations', 'Activations'],
  ['lens', 'Lens'],
  ['attention', 'Attention'],
  ['neurons', 'Neurons'],
  ['trace', 'Trace'],
  ['attribution', 'Attribution'],
  ['edit', 'Edit'],
  ['try', 'Try'],
];

describeInChromium('the inspector', () => {
  const browser = useChromium();
  const open = (stub: Stub, shape?: Parameters<typeof openPage>[3]) =>
    openPage<InspectorContract>(browser(), 'inspector', stub.handlers, {
      width: 1180,
      height: 820,
      ...shape,
    });
  const turnTo = async (page: Page, name: string) => {
    await page.getByRole('tab', { name, exact: true }).click();
    await page.getByRole('tab', { name, exact: true, selected: true }).waitFor();
  };

  testInThemes('dark', 'every tab is accessible and breaks no policy', async (theme) => {
    await using opened = await open(stubOf(ready), { theme });
    const { page } = opened;
    const seen: Readonly<Record<Tab, string>> = {
      locality: 'Edited prompt',
      activations: 'layers down, tokens across',
      lens: 'overtakes “Paris” in layer 3',
      attention: 'each row reads the columns',
      neurons: '#594',
      trace: 'Not traced yet',
      attribution: 'Not attributed yet',
      edit: 'v_num_grad_steps',
      try: 'Without the edit',
    };
    for (const [tab, name] of tabs) {
      await turnTo(page, name);
      await page.getByText(seen[tab]).first().waitFor();
      await expectAccessible(page);
      await keepPicture(page, `inspector-${tab}-${theme}`);
    }
    expect(opened.complaints).toEqual([]);
  });

  const states: readonly (readonly [string, InspectorState, Partial<Record<Tab, string>>])[] = [
    [
      'without an edit',
      { ...ready, edit: null, change: null },
      {
        locality: 'No edit is selected',
        activations: 'No Prompt Yet',
        lens: 'No Prompt Yet',
        attention: 'No Prompt Yet',
        neurons: 'No Prompt Yet',
        trace: 'No Prompt Yet',
        attribution: 'No Prompt Yet',
        edit: 'No edit is selected',
      },
    ],
    [
      'that is not the base',
      { ...ready, model: { ...ready.model, base: false }, edits: [], edit: null, change: null },
      { locality: 'Edits act on another model', edit: 'Set as Base' },
    ],
    [
      'not computed',
      { ...ready, edit: uncomputed, change: null },
      {
        locality: 'Not computed yet',
        edit: 'Not computed yet',
        try: 'Nothing is on and no edit is computed',
      },
    ],
    [
      'computed and not measured',
      { ...ready, edit: { ...eiffelEdit, state: 'computed', measurement: null } },
      { locality: 'Not measured yet' },
    ],
    [
      'not loaded',
      { ...ready, model: { ...ready.model, state: 'header' }, edit: uncomputed },
      {
        activations: 'almanac.gguf is not loaded',
        lens: 'Load Model',
        attention: 'Load Model',
        neurons: 'Load Model',
        trace: 'Load Model',
        attribution: 'Load Model',
        try: 'Load Model',
      },
    ],
    [
      'loading',
      { ...ready, model: { ...ready.model, state: 'loading', stage: 'reading the weights', fraction: 0.4 } },
      {
        activations: 'reading the weights',
        lens: '40 %',
        attention: '40 %',
        trace: '40 %',
        attribution: '40 %',
      },
    ],
    [
      'that could not be loaded',
      {
        ...ready,
        model: { ...ready.model, state: 'failed', error: 'Memory is short: 9 GB needed, 4 GB free.' },
      },
      { activations: 'Memory is short', try: 'Load Model' },
    ],
    [
      'whose engine has stopped',
      {
        ...ready,
        crash: 'The engine was ended by SIGKILL; switched on was the-eiffel-tower, which is off now.',
      },
      {
        locality: 'which is off now',
        activations: 'The engine has stopped',
        trace: 'The engine has stopped',
        attribution: 'The engine has stopped',
        try: 'Restart Engine',
      },
    ],
    [
      'whose edit failed',
      {
        ...ready,
        edit: { ...uncomputed, state: 'failed', detail: 'The subject is not in the prompt.' },
        change: null,
      },
      { locality: 'The subject is not in the prompt.', edit: 'The edit could not be computed' },
    ],
  ];
  test.each(states)('a model %s: what to do next', async (name, state, expected) => {
    const stub = stubOf(state);
    await using opened = await open(stub, { width: 760, height: 620 });
    const { page } = opened;
    const seen = new Set<string>();
    for (const [tab, title] of tabs) {
      const text = expected[tab];
      if (text === undefined) continue;
      await turnTo(page, title);
      await page.getByText(text).first().waitFor();
      // tabs that say the same are built alike
      if (!seen.has(text)) await expectAccessible(page);
      seen.add(text);
      await keepPicture(page, `inspector-state-${name.replaceAll(' ', '-')}-${tab}`);
    }
    expect(opened.complaints).toEqual([]);
  });

  testInThemes('light', 'a measurement of another state says so, with Measure beside it', async (theme) => {
    const otherState = 'measured alone at 1, now .5 with 2 others';
    const stub = stubOf({ ...ready, edit: { ...eiffelEdit, strength: 0.5, otherState } });
    await using opened = await open(stub, { theme, width: 760, height: 620 });
    const { page } = opened;
    const outcome = page.getByRole('region', { name: 'Outcome' });
    await outcome.getByText(`Of another state: ${otherState}.`).waitFor();
    expect(await outcome.innerText()).not.toMatch(/[✓◐✗]/);
    await page.getByText('on at .5', { exact: true }).waitFor();
    await outcome.getByRole('button', { name: 'Measure' }).click();
    await expect.poll(() => stub.acted).toEqual(['measure']);
    await expectAccessible(page);
    await keepPicture(page, `inspector-other-state-${theme}`);
    opened.host.push('state', ready);
    await outcome.getByText('Measured alone at 1.').waitFor();
    expect(await outcome.innerText()).toContain('Works: Rome 96.3 %. 1 of 1 other fact');
  });

  test('what a button asks for is done by the host', async () => {
    const stub = stubOf({ ...ready, edit: uncomputed, change: null, crash: null });
    await using opened = await open(stub);
    const { page } = opened;
    await page.getByRole('button', { name: 'Compute, Apply and Measure' }).click();
    await page.getByRole('button', { name: 'Apply', exact: true }).click();
    await expect.poll(() => stub.acted).toEqual(['apply', 'apply']);
    opened.host.push('state', { ...ready, crash: 'The engine crashed.' });
    await page.getByRole('button', { name: 'Restart', exact: true }).click();
    await page.getByRole('button', { name: 'Show Log' }).click();
    await expect.poll(() => stub.acted.slice(2)).toEqual(['restart', 'showLog']);
  });

  test('locality: sorting, filtering, a probe in detail and in its file, by mouse and keyboard', async () => {
    const stub = stubOf(ready);
    await using opened = await open(stub);
    const { page } = opened;
    const table = page.getByRole('grid', { name: 'Probes before and after' });
    const firstNeighbour = () =>
      table.getByRole('row').filter({ hasText: 'is located in the city of' }).nth(1).innerText();
    expect(await firstNeighbour()).toContain('Place de la Concorde');
    await table.getByRole('button', { name: 'KL' }).click();
    const largest = eiffel.measurement.edit.probes
      .filter(({ probe }) => probe.kind === 'neighbourhood')
      .toSorted((a, b) => b.kl - a.kl)[0]?.probe.prompt;
    expect(await firstNeighbour()).toContain(largest);
    expect(await table.getByRole('columnheader', { name: 'KL' }).getAttribute('aria-sort')).toBe(
      'descending',
    );

    await page.getByRole('checkbox', { name: 'Changed only (7 of 13)' }).click();
    await expect.poll(() => table.getByRole('row').count()).toBe(1 + 3 + 7);

    await table.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const detail = page.getByRole('region', { name: 'The selected probe' });
    expect(await detail.getByRole('heading', { level: 3 }).innerText()).toBe('Paraphrases');
    await keepPicture(page, 'inspector-locality-detail');
    await expectAccessible(page);
    await detail.getByRole('button', { name: 'Open in File' }).click();
    await expect.poll(() => stub.revealed.length).toBe(1);
    expect(stub.revealed[0]?.kind).toBe('paraphrase');
    const prompt = stub.revealed[0]?.prompt ?? '';
    await detail.getByRole('button', { name: 'Lens' }).click();
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe(prompt);
  });

  test('locality: one probe, and the words that changed', async () => {
    const stub = stubOf(ready, { measurement: () => measurementOf(1) });
    await using opened = await open(stub);
    const { page } = opened;
    await page.getByText('1 probe', { exact: true }).waitFor();
    expect(await page.locator('del').allInnerTexts()).toEqual(['Paris']);
    expect(await page.locator('ins').allInnerTexts()).toEqual(['Rome']);
    await page.getByText('Protocols: ES, PS, NS, S over 1 edit').click();
    await page.getByText('mean NLL per target token of the new against the true target').waitFor();
  });

  test('locality: a revert is proved, or refuted', async () => {
    const stub = stubOf({
      ...ready,
      edit: { ...eiffelEdit, state: 'computed', proof: { logits: 4096, different: 0 } },
    });
    await using opened = await open(stub);
    const { page } = opened;
    await page
      .getByText('Reverted exactly: all 4 096 logits of the prompt are bitwise what they were.')
      .waitFor();
    opened.host.push('state', { ...ready, edit: { ...eiffelEdit, proof: { logits: 4096, different: 3 } } });
    expect(await page.getByRole('alert').innerText()).toContain('3 of 4 096 logits');
  });

  test('activations: the readout, a pinned cell, and the same as a table', async () => {
    const stub = stubOf(ready);
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Activations');
    // what differs is shown first, with the place of the edit marked
    await page.getByRole('application', { name: /^After − before/ }).waitFor();
    await page.getByText('* edited layer and subject').waitFor();
    await keepPicture(page, 'inspector-activations-difference');
    await page.getByText('Before and after', { exact: true }).click();
    await page.getByText('beyond the scale: <|bos|>, The').waitFor();
    const map = page.getByRole('application', { name: /^Before: heatmap of 6 layers and 12 tokens/ });
    await map.focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowDown', 'ArrowRight', 'ArrowRight'])
      await page.keyboard.press(key);
    const value = eiffel.activations.before.residual[2 * 12 + 2] ?? 0;
    const readout = page.getByRole('status').filter({ hasText: 'Layer 2' });
    expect(await readout.innerText()).toContain(value.toFixed(0));
    const picture = await map.boundingBox();
    await page.keyboard.press('Enter');
    const pinned = page.getByRole('region', { name: 'The pinned cell' });
    await pinned.getByText('#100').first().waitFor();
    expect(await pinned.innerText()).toContain('−4.20');
    expect(await map.boundingBox()).toEqual(picture);
    await expectAccessible(page);
    await keepPicture(page, 'inspector-activations-pinned');

    await page.getByRole('checkbox', { name: 'As a table' }).click();
    const table = page.getByRole('grid', { name: 'Norms by token and layer' });
    expect(await table.getAttribute('aria-rowcount')).toBe(String(6 * 12 + 1));
    expect(await table.getByRole('row', { selected: true }).innerText()).toContain('·E');
    await table.focus();
    await page.keyboard.press('ArrowDown');
    expect(await table.getByRole('row', { selected: true }).innerText()).toMatch(/^·E 2\s+3/);
    await expectAccessible(page);
    await keepPicture(page, 'inspector-activations-table');
  });

  test('activations: what is not finite has a mark of its own', async () => {
    const stub = stubOf(ready, { activations: () => activationsOf(12, 24) });
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Activations');
    await page.getByText('× not a number · ∧ ∨ infinite').waitFor();
    await page.getByText('Before and after', { exact: true }).click();
    const map = page.getByRole('application', { name: /^After: heatmap/ });
    await map.focus();
    for (const key of ['ArrowRight', 'ArrowDown', 'ArrowRight', 'ArrowRight']) await page.keyboard.press(key);
    await page.getByRole('status').filter({ hasText: 'NaN' }).waitFor();
    await keepPicture(page, 'inspector-activations-not-finite');
  });

  test('a reading that fails says why and is tried again; one that takes long can be stopped', async () => {
    let tries = 0;
    const stub = stubOf(ready, {
      activations: () => {
        if (tries++ === 0) throw new EngineError('The prompt takes 9000 tokens, but the context holds 8192.');
        return eiffel.activations;
      },
      lens: (_, { signal, report }) => {
        report('waiting for other work', 0);
        return new Promise((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(new CancelledError())),
        );
      },
    });
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Activations');
    expect(await page.getByRole('alert').innerText()).toContain('9000 tokens');
    await keepPicture(page, 'inspector-activations-failed');
    await page.getByRole('button', { name: 'Try Again' }).click();
    await page.getByText('layers down, tokens across').first().waitFor();
    await turnTo(page, 'Lens');
    await page.getByText('waiting for other work').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Read Again' }).waitFor();
  });

  test('edit: the curve grows while the value is optimised', async () => {
    const computing: InspectorState = {
      ...ready,
      edit: { ...uncomputed, state: 'computing', steps: eiffel.report.steps.slice(0, 2) },
    };
    await using opened = await open(stubOf(computing));
    const { page } = opened;
    await turnTo(page, 'Edit');
    await page.getByText('Optimizing the value, step 2').waitFor();
    opened.host.push('state', {
      ...ready,
      edit: { ...uncomputed, state: 'computing', steps: eiffel.report.steps },
    });
    await page.getByText(`Optimizing the value, step ${eiffel.report.steps.length}`).waitFor();
    await page.getByText(`${eiffel.report.steps.length} steps`, { exact: true }).click();
    expect(await page.getByRole('row').count()).toBe(eiffel.report.steps.length + 1);
    await keepPicture(page, 'inspector-edit-computing');
  });

  test('try: both answers as they come, what differs, wrong settings, and a stop', async () => {
    let stopped = false;
    const stub = stubOf(ready);
    await using opened = await open({
      ...stub,
      handlers: {
        ...stub.handlers,
        generate: (params, work) => {
          if (params.sampling === undefined) return stub.handlers.generate(params, work);
          work.onEvent({ side: 'before', text: ' Paris and so on' });
          return new Promise((_, reject) =>
            work.signal.addEventListener('abort', () => {
              stopped = true;
              reject(new CancelledError());
            }),
          );
        },
      },
    });
    const { page } = opened;
    await turnTo(page, 'Try');
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.getByRole('region', { name: 'With the-eiffel-tower' }).getByText('country of Italy').waitFor();
    expect(await page.locator('ins').allInnerTexts()).toEqual(['Rome', 'Italy']);
    await keepPicture(page, 'inspector-try-answers');
    await expectAccessible(page);

    await page.getByRole('checkbox', { name: 'In context too (IKE)' }).click();
    await page.getByRole('button', { name: 'Generate' }).click();
    await page
      .getByRole('region', { name: 'With the fact in context' })
      .getByText('as the fact says')
      .waitFor();
    await keepPicture(page, 'inspector-try-in-context');
    await expectAccessible(page);

    await page.getByRole('checkbox', { name: 'Sample' }).click();
    await page.getByRole('textbox', { name: 'Top p' }).fill('7');
    await page.getByText('Top p must be above 0 and at most 1.').waitFor();
    await page.getByRole('textbox', { name: 'Top p' }).fill('0.9');
    await page.getByRole('button', { name: 'Generate' }).click();
    await page.getByText('Paris and so on').waitFor();
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Generate' }).waitFor();
    expect(stopped).toBe(true);
  });

  test.each(['markdown', 'csv', 'png', 'html'] as const)('exports as %s', async (format) => {
    const stub = stubOf(ready);
    await using opened = await open(stub);
    const { page } = opened;
    await turnTo(page, 'Activations');
    await page.getByText('layers down, tokens across').first().waitFor();
    opened.host.push('export', format);
    await expect.poll(() => stub.saved.length, { timeout: 10_000 }).toBe(1);
    const saved = stub.saved[0];
    if (saved === undefined) throw new Error('nothing was saved');
    const text = typeof saved.content === 'string' ? saved.content : '';
    switch (format) {
      case 'markdown':
        expect(saved.name).toBe('the-eiffel-tower-activations');
        expect(text).toContain('# The Eiffel Tower: Paris → Rome');
        expect(text).toContain('| Residual stream | 5 | ·Tower | 2 |');
        break;
      case 'csv':
        expect(text).toContain('Stream,Position,Token,Layer,Before,After,Difference,Distance\r\n');
        expect(text.split('\r\n').filter((line) => line.startsWith('MLP,'))).toHaveLength(6 * 12);
        break;
      case 'png': {
        const bytes = saved.content as Uint8Array;
        expect([...bytes.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
        await keepBytes(bytes, 'inspector-export');
        break;
      }
      case 'html': {
        expect(text).toContain("default-src 'none'");
        const reader = await page.context().newPage();
        await reader.setContent(text);
        expect(await reader.getByRole('heading', { level: 2 }).allInnerTexts()).toEqual([
          'Locality',
          'Activations',
          'Lens',
          'Attention',
          'Neurons',
          'Edit',
        ]);
        const widths = await reader
          .locator('img')
          .evaluateAll((images) => images.map((image) => image.clientWidth));
        expect(widths.length).toBeGreaterThanOrEqual(5);
        expect(Math.min(...widths)).toBeGreaterThan(100);
        await keepPicture(reader, 'inspector-report');
      }
    }
    expect(opened.complaints).toEqual([]);
  });

  test('comes back as it was left, and shows a prompt from elsewhere once', async () => {
    const stub = stubOf({ ...ready, asked: { id: 'a', prompt: 'The Louvre is in' } });
    await using opened = await open(stub);
    const { page } = opened;
    await page.getByRole('tab', { name: 'Activations', selected: true }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe('The Louvre is in');
    await turnTo(page, 'Lens');
    await page.reload();
    await page.getByRole('tab', { name: 'Lens', selected: true }).waitFor();
    expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe('The Louvre is in');
    expect(await page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '{}').model)).toBe(
      '/models/almanac.gguf',
    );
  });

  test('the heatmap is drawn anew when the theme or the font size changes', async () => {
    await using opened = await open(stubOf(ready));
    const { page } = opened;
    await turnTo(page, 'Activations');
    await page.getByText('layers down, tokens across').first().waitFor();
    const pixel = () =>
      page
        .locator('.heatmap canvas')
        .first()
        .evaluate((canvas: HTMLCanvasElement) => [
          ...(canvas.getContext('2d')?.getImageData(40, 76, 1, 1).data ?? []),
        ]);
    const dark = await pixel();
    await page.evaluate((variables) => {
      const { body, documentElement } = document;
      for (const [name, value] of Object.entries(variables)) documentElement.style.setProperty(name, value);
      body.className = 'vscode-light';
      body.dataset['vscodeThemeKind'] = 'vscode-light';
    }, themeValues.light.variables);
    await expect.poll(pixel).not.toEqual(dark);
    await turnTo(page, 'Locality');
    const row = page.getByRole('row').filter({ hasText: 'The Eiffel Tower can be found in' });
    const height = async () => (await row.boundingBox())?.height ?? 0;
    const small = await height();
    await page.evaluate(() => document.documentElement.style.setProperty('--vscode-font-size', '20px'));
    await expect.poll(height).toBeGreaterThan(small * 1.4);
  });

  test.each([320, 400, 560])('is whole at %i pixels: nothing is wider than the panel', async (width) => {
    await using opened = await open(stubOf(ready), { width, height: 700 });
    const { page } = opened;
    for (const [tab, name] of tabs) {
      await turnTo(page, name);
      await page.waitForTimeout(150);
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(wider, name).toBeLessThanOrEqual(0);
      if (tab === 'locality') {
        const verdict = page.getByRole('row').getByText('✗ fail').first();
        await verdict.scrollIntoViewIfNeeded();
        const [cell, text] = [verdict.locator('xpath=ancestor::*[@role="gridcell"]'), verdict];
        const right = async (of: typeof cell) => {
          const box = await of.boundingBox();
          return box === null ? Number.NaN : box.x + box.width;
        };
        expect(await right(text)).toBeLessThanOrEqual(await right(cell));
      }
      await keepPicture(page, `inspector-${tab}-${width}`);
    }
  });

  test('text of models and files never becomes markup', async () => {
    const evil = '<img src=x onerror="document.title=1">';
    const [first] = eiffel.measurement.edit.probes;
    if (first === undefined) throw new Error('the sample has no probes');
    const probe = { ...first, probe: { ...first.probe, prompt: evil } };
    const stub = stubOf(
      { ...ready, edit: { ...eiffelEdit, subject: evil } },
      {
        measurement: () => ({
          ...eiffel.measurement,
          edit: {
            ...eiffel.measurement.edit,
            probes: [probe],
            generated: { before: evil, after: `${evil}!` },
            asChat: { generated: { before: evil, after: `${evil}?` }, generationMatch: false },
            asText: null,
          },
        }),
      },
    );
    await using opened = await open(stub);
    const { page } = opened;
    await page.getByText(evil).first().waitFor();
    await page.getByRole('region', { name: 'Answer as chat, before and after' }).waitFor();
    expect(await page.locator('img').count()).toBe(0);
    opened.host.push('export', 'html');
    await expect.poll(() => stub.saved.length, { timeout: 10_000 }).toBe(1);
    expect(String(stub.saved[0]?.content)).not.toContain(evil);
  });
});
