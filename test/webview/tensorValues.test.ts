import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { openFile } from '../../src/engine/files/source.ts';
import { tensorDetail } from '../../src/engine/review/tensors/tensorDetail.ts';
import { tensorWindow } from '../../src/engine/review/tensors/tensorWindow.ts';
import type { HeaderPage, Surroundings } from '../../src/protocol/headerPage.ts';
import { HeaderFile } from '../../src/workbench/header/headerFile.ts';
import { loadProblem } from '../../src/workbench/header/loadProblem.ts';
import type { Handlers } from '../../src/workbench/webviews/servePage.ts';
import { expectAccessible } from './rig/axe.ts';
import { describeInChromium, useChromium } from './rig/chromium.ts';
import { noValues, trusted } from './rig/headerViews.ts';
import { openPage } from './rig/openPage.ts';
import { keepPicture } from './rig/screenshot.ts';
import { testInThemes } from './rig/testInThemes.ts';

const almanac = path.resolve('samples/almanac/almanac.gguf');
const tensor = 'blk.2.ffn_down.weight';

/** The host as it is in the editor, on a real file with real values. */
function hostOf(
  changes: Partial<Surroundings> = {},
  handlers: Partial<Handlers<HeaderPage>> = {},
): Handlers<HeaderPage> {
  const file = new HeaderFile(almanac, openFile, loadProblem);
  const subtracted = (base: string | null) => (base === null ? {} : { base });
  return {
    read: (_, work) => file.read(work),
    surroundings: () => ({
      ...trusted,
      bases: [{ path: almanac, name: 'candidate.gguf' }],
      editable: [tensor],
      ...changes,
    }),
    items: ({ key, from }, work) => file.items(key, from, work),
    text: ({ key }) => file.text(key),
    act: () => null,
    ...noValues,
    tensor: ({ name, base }, work) =>
      tensorDetail({ model: almanac, tensor: name, ...subtracted(base) }, work),
    tensorWindow: ({ name, base, row, column }, work) =>
      tensorWindow(
        { model: almanac, tensor: name, ...subtracted(base), row, column, rows: 16, columns: 12 },
        work,
      ),
    ...handlers,
  };
}

describeInChromium('the values of a tensor in the .gguf editor', () => {
  const browser = useChromium();
  // so that the first page does not wait for llama.cpp
  beforeAll(() => tensorDetail({ model: almanac, tensor }));
  const open = async (handlers: Handlers<HeaderPage>, shape?: Parameters<typeof openPage>[3]) => {
    const opened = await openPage<HeaderPage>(browser(), 'header', handlers, shape);
    await opened.page.getByRole('tab', { name: 'Tensors' }).click();
    return opened;
  };

  testInThemes('light', 'are pictures and figures, accessible, opened by keyboard', async (theme) => {
    await using opened = await open(hostOf(), { theme, width: 1100, height: 1000 });
    const { page } = opened;
    await page.getByRole('textbox', { name: 'Search the tensors' }).fill('blk.2 ffn_down');
    const grid = page.getByRole('grid', { name: 'Tensors' });
    await grid.focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: tensor }).waitFor();
    await page.getByRole('img', { name: /^Histogram from/ }).waitFor();
    await page.getByRole('img', { name: /^Singular values:/ }).waitFor();
    const shown = await page.getByRole('region', { name: 'Values by row and column' }).innerText();
    const { values } = await tensorWindow({ model: almanac, tensor, row: 0, column: 0, rows: 1, columns: 1 });
    expect(shown).toContain(Math.abs(values[0]?.[0] ?? Number.NaN).toPrecision(3));
    await expectAccessible(page);
    await keepPicture(page, `tensor-${theme}`);
    expect(opened.complaints).toEqual([]);
  });

  test('less those of a base are a difference; another place is read when it is asked for', async () => {
    await using opened = await open(hostOf(), { width: 1100, height: 1000 });
    const { page } = opened;
    await page.getByRole('button', { name: tensor }).click();
    await page.getByRole('combobox', { name: 'Compared with' }).click();
    await page.getByRole('option', { name: 'Less candidate.gguf' }).click();
    await page.getByText('The two tensors are equal.').waitFor();
    await page.getByRole('combobox', { name: 'Compared with' }).click();
    await page.getByRole('option', { name: 'Alone' }).click();
    await page.getByRole('textbox', { name: /^First row/ }).fill('40');
    await page.getByRole('rowheader', { name: '40', exact: true }).waitFor();
  });

  test('choose the tensor as the edit target', async () => {
    const asked: unknown[] = [];
    const chooseTarget = (params: unknown) => {
      asked.push(params);
      return null;
    };
    await using opened = await open(hostOf({}, { chooseTarget }));
    await opened.page.getByRole('button', { name: tensor }).click();
    await opened.page.getByRole('button', { name: 'Choose as Edit Target' }).click();
    await expect.poll(() => asked).toEqual([{ name: tensor }]);
    opened.host.push('surroundings', { ...trusted, editable: [tensor], targets: [tensor] });
    await opened.page.getByText('Edits act on this tensor.').waitFor();
  });

  test('say why they cannot be read, fail in a sentence, can be cancelled, and fit a narrow panel', async () => {
    await using restricted = await open(hostOf({ readable: false }));
    await restricted.page.getByRole('button', { name: tensor }).click();
    await restricted.page.getByText('needs a trusted workspace').waitFor();
    await using failing = await open(hostOf({}, { tensor: noValues.tensor }));
    await failing.page.getByRole('button', { name: tensor }).click();
    await failing.page.getByRole('alert').getByText('There are no values here.').waitFor();
    const never: Handlers<HeaderPage>['tensor'] = (_, { signal, report }) =>
      new Promise((_, reject) => {
        report('reading the values', 0.5);
        signal.addEventListener('abort', () =>
          reject(Object.assign(new Error(), { name: 'CancelledError' })),
        );
      });
    await using slow = await open(hostOf({}, { tensor: never }));
    await slow.page.getByRole('button', { name: tensor }).click();
    await slow.page.getByText('50 %').waitFor();
    await slow.page.getByRole('button', { name: 'Cancel' }).click();
    await slow.page.getByRole('button', { name: 'Read Again' }).waitFor();
    await using narrow = await open(hostOf(), { width: 400, height: 900 });
    await narrow.page.getByRole('button', { name: tensor }).click();
    await narrow.page.getByRole('img', { name: /^Histogram from/ }).waitFor();
    const wider = await narrow.page.evaluate(() => document.body.scrollWidth - innerWidth);
    expect(wider).toBeLessThanOrEqual(0);
    await keepPicture(narrow.page, 'tensor-400');
  });
});
