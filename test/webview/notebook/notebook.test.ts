import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { printJson } from '../../../src/cli/json.ts';
import { eiffel } from '../inspector/eiffel.ts';
import { expectAccessible } from '../rig/axe.ts';
import { describeInChromium, useChromium } from '../rig/chromium.ts';
import { keepPicture } from '../rig/screenshot.ts';
import { stubFor, stubInPage } from '../rig/stubInPage.ts';
import { THEMES, type Theme } from '../rig/themes.ts';

const origin = 'https://palimpsest.test';

/** Outputs as the command line prints them. */
const outputs = {
  activations: printJson(eiffel.activations),
  lens: printJson(eiffel.lens),
  measure: printJson({
    ...{ model: 'almanac.gguf', state: 'patched', patches: [] },
    ...{ edits: [eiffel.measurement.edit], summary: eiffel.measurement.summary },
  }),
};

describeInChromium('outputs of notebooks', () => {
  const browser = useChromium();

  /** A page of the origin that the renderer is loaded from, as VS Code's for outputs is, with one output in it. */
  async function shown(output: string, theme: Theme = 'dark') {
    const context = await browser().newContext({ viewport: { width: 900, height: 900 } });
    const page = await context.newPage();
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.addInitScript(stubInPage, stubFor(theme));
    await page.route(`${origin}/*`, async (route) => {
      const file = path.basename(new URL(route.request().url()).pathname);
      const script = "import { activate } from './notebook.js'; window.renderer = activate();";
      const html = `<!doctype html><html lang="en"><title>Notebook</title><style>body { background: var(--vscode-editor-background) }</style><main id="cell"></main><script type="module">${script}</script></html>`;
      if (file === 'page.html') await route.fulfill({ contentType: 'text/html', body: html });
      else {
        const body = await readFile(path.join(process.cwd(), 'dist/webview', file));
        const contentType = file.endsWith('.css') ? 'text/css' : 'text/javascript';
        await route.fulfill({ contentType, body });
      }
    });
    await page.goto(`${origin}/page.html`);
    await page.waitForFunction(() => Reflect.has(window, 'renderer'));
    await page.evaluate((text) => {
      const cell = document.getElementById('cell');
      Reflect.get(window, 'renderer').renderOutputItem({ id: 'one', json: () => JSON.parse(text) }, cell);
    }, output);
    return { page, complaints, [Symbol.asyncDispose]: () => context.close() };
  }

  const waits: Readonly<Record<keyof typeof outputs, (page: Page) => Promise<void>>> = {
    activations: (page) => page.getByRole('application', { name: /^Distance moved: heatmap/ }).waitFor(),
    lens: (page) => page.getByRole('columnheader', { name: 'Rank of new' }).waitFor(),
    measure: (page) => page.getByText(/^Works: Rome/).waitFor(),
  };
  const cases = (['activations', 'lens', 'measure'] as const).flatMap((kind) =>
    THEMES.map((theme) => [kind, theme] as const),
  );

  test.each(cases)(
    '%s, %s: is shown from the JSON of the command line, and is accessible',
    async (kind, theme) => {
      await using opened = await shown(outputs[kind], theme);
      await waits[kind](opened.page);
      await expectAccessible(opened.page);
      await keepPicture(opened.page, `notebook-${kind}-${theme}`);
      expect(opened.complaints).toEqual([]);
    },
  );

  test('another stream can be chosen, and an output is taken away', async () => {
    await using opened = await shown(outputs.activations);
    const { page } = opened;
    await page.getByRole('combobox').selectOption('mlp');
    await page.getByRole('application', { name: /^Distance moved: heatmap/ }).waitFor();
    await page.evaluate(() => Reflect.get(window, 'renderer').disposeOutputItem('one'));
    await expect.poll(() => page.getByRole('application').count()).toBe(0);
  });

  test('what it does not know is said to be so, and its text stays text', async () => {
    await using opened = await shown(JSON.stringify({ text: '<img src=x onerror=alert(1)>' }));
    await opened.page.getByText(/^This is no result of/).waitFor();
    expect(await opened.page.locator('img').count()).toBe(0);
    await using lying = await shown(printJson({ ...eiffel.activations, layers: 1000 }));
    await lying.page.getByText(/^This is no result of/).waitFor();
  });
});
