import { expect, test } from 'vitest';
import { InputError } from '../../../src/engine/errors.ts';
import { at } from '../../../src/engine/numeric/at.ts';
import type { TaskContract, TaskState } from '../../../src/protocol/taskPage.ts';
import type { Handlers } from '../../../src/workbench/webviews/servePage.ts';
import { expectAccessible } from '../rig/axe.ts';
import { describeInChromium, useChromium } from '../rig/chromium.ts';
import { openPage } from '../rig/openPage.ts';
import { keepPicture } from '../rig/screenshot.ts';
import { testInThemes } from '../rig/testInThemes.ts';
import { THEMES } from '../rig/themes.ts';
import { curvedTask, doneTask, KINDS, safetyTask } from './taskStates.ts';

describeInChromium('the page of a task', () => {
  const browser = useChromium();
  const stub = (state: TaskState, changes: Partial<Handlers<TaskContract>> = {}) => {
    const asked: unknown[] = [];
    const handlers: Handlers<TaskContract> = {
      state: () => state,
      act: ({ action }) => void asked.push(action),
      chooseLayer: ({ layer }) => void asked.push(layer),
      reverse: () => Promise.reject(new InputError('The model is gone.')),
      ...changes,
    };
    return { asked, handlers };
  };
  const open = (state: TaskState, shape?: Parameters<typeof openPage>[3], changes = {}) =>
    openPage<TaskContract>(browser(), 'task', stub(state, changes).handlers, shape);

  // the kinds take turns with the themes
  for (const [index, kind] of KINDS.entries()) {
    testInThemes(
      at(THEMES, index % THEMES.length),
      `${kind}: is accessible and breaks no policy`,
      async (theme) => {
        await using opened = await open(doneTask(kind), { theme, width: 1200, height: 900 });
        const { page } = opened;
        await page.getByRole('heading', { name: `The title of ${kind}` }).waitFor();
        await page.locator('.lead, .data-table').first().waitFor();
        await expectAccessible(page);
        await keepPicture(page, `task-${kind}-${theme}`);
        expect(opened.complaints).toEqual([]);
      },
    );
  }

  test.each(KINDS)('%s: fits a panel of 400 pixels; only tables scroll sideways', async (kind) => {
    await using opened = await open(doneTask(kind), { width: 400, height: 800 });
    await opened.page.locator('.lead, .data-table').first().waitFor();
    expect(await opened.page.evaluate(() => document.body.scrollWidth - innerWidth)).toBeLessThanOrEqual(0);
    await keepPicture(opened.page, `task-${kind}-400`);
  });

  test('an evaluation has a table, a plot a measure, and the protocols', async () => {
    await using opened = await open(doneTask('evaluate'), { width: 1200, height: 1400 });
    const { page } = opened;
    const table = page.getByRole('region', { name: 'Methods and their measures' });
    await table.waitFor();
    expect(await table.getByRole('rowheader').allInnerTexts()).toEqual(['rome', 'memit', 'ike']);
    const plot = page.locator('figure').filter({ has: page.getByText('ES', { exact: true }) });
    expect(await plot.first().innerText()).toMatch(/rome\s+1\.000 \(\.44–1\.00\)/);
    await page.getByText('CounterFact (Meng et al. 2022)').first().waitFor();
  });

  test('several numbers of edits are rows of their own, and curves', async () => {
    await using opened = await open(curvedTask(), { width: 1200, height: 1600 });
    await opened.page.getByRole('rowheader', { name: 'memit, 3' }).waitFor();
    await opened.page.getByRole('img', { name: 'S by number of edits', exact: true }).waitFor();
    await keepPicture(opened.page, 'task-curves');
  });

  test('safety is told with DS, the four DG, over-refusal and fluency, and what was before', async () => {
    await using opened = await open(safetyTask(), { width: 1400, height: 1600 });
    const table = opened.page.getByRole('region', { name: 'Methods and their measures' });
    await table.waitFor();
    const heads = await table.getByRole('columnheader').allInnerTexts();
    for (const name of [
      'DS',
      'DG_onlyQ',
      'DG_otherA',
      'DG_otherQ',
      'DG-avg',
      'over-refusal',
      'fluency of answers',
    ]) {
      expect(heads).toContain(name);
    }
    await opened.page.getByText('Before any edit: DS .000, DG-avg .000').waitFor();
    await keepPicture(opened.page, 'task-safety');
  });

  test('one safety edit is told with its measures and every answer beside the one it had', async () => {
    await using opened = await open(doneTask('safety'), { width: 1200, height: 1000 });
    const { page } = opened;
    await page.getByText('Safe answers to attacks: 0 of 1 before, 1 after.').waitFor();
    const measures = page.getByRole('region', { name: 'Measures of safety' });
    expect(await measures.getByRole('rowheader').allInnerTexts()).toEqual([
      ...['DS', 'DG_onlyQ', 'DG_otherA', 'DG_otherQ', 'DG_otherAQ', 'DG-avg', 'over-refusal', 'fluency'],
    ]);
    const answers = page.getByRole('region', { name: 'Answers before and after' });
    expect(await answers.getByRole('row').nth(1).innerText()).toMatch(
      /This attack: unsafe → safe[\s\S]*<b>take<\/b>[\s\S]*I cannot help with that\./,
    );
    expect(await answers.getByRole('row').nth(2).innerText()).toMatch(/answered → empty[\s\S]*\(empty\)/);
  });

  test('two sides are compared with deltas, what differs alone, and both on one scale', async () => {
    await using opened = await open(doneTask('compare'), { width: 1200, height: 1400 });
    const { page } = opened;
    const sides = page.getByRole('region', { name: 'The two sides' });
    await sides.waitFor();
    expect(await sides.getByRole('rowheader').allInnerTexts()).toEqual(['rome', 'memit']);
    const measures = page.getByRole('region', { name: /^Measures of both sides/ });
    const drift = measures.getByRole('row').filter({ hasText: 'drift KL' });
    const [first, second, delta] = (await drift.getByRole('cell').allInnerTexts()).slice(1);
    expect([first, second, delta]).toEqual(['0.00694', '0.00371', '−0.00323']);
    const probes = page.getByRole('region', { name: /^Probes on both sides/ });
    const all = await probes.getByRole('rowheader').count();
    await page.getByRole('checkbox', { name: /^Different only/ }).click();
    await expect.poll(() => probes.getByRole('rowheader').count()).toBeLessThan(all);
    await page.getByRole('application', { name: /^Second − first: heatmap/ }).waitFor();
  });

  test('a layer is chosen from a sweep, by keyboard', async () => {
    const { asked, handlers } = stub({ ...doneTask('sweep'), target: 1 });
    await using opened = await openPage<TaskContract>(browser(), 'task', handlers, { width: 1000 });
    const { page } = opened;
    await page.getByRole('img', { name: 'The CounterFact measures by layer' }).waitFor();
    await page.getByText('Edits now act on layer 1.').waitFor();
    await page.getByRole('button', { name: 'Choose layer 2 as edit target' }).focus();
    await page.keyboard.press('Enter');
    await expect.poll(() => asked).toEqual([2]);
  });

  test('what runs is stopped, what was stopped goes on, and what failed says why', async () => {
    const running = { name: 'running', stage: 'rome', fraction: 0.4 } as const;
    const state = { ...doneTask('evaluate'), progress: running, result: null };
    const { asked, handlers } = stub(state);
    await using opened = await openPage<TaskContract>(browser(), 'task', handlers);
    const { page, host } = opened;
    await page.getByRole('status').getByText('40 %').waitFor();
    await expectAccessible(page);
    await page.getByRole('button', { name: 'Stop' }).click();
    host.push('state', { ...state, progress: { name: 'stopped' } });
    await page.getByText('the run continues from there').waitFor();
    await page.getByRole('button', { name: 'Continue' }).click();
    host.push('state', { ...state, progress: { name: 'failed', message: 'The disk is full.' } });
    await page.getByRole('alert').getByText('The disk is full.').waitFor();
    await page.getByRole('button', { name: 'Try Again' }).click();
    await expect.poll(() => asked).toEqual(['stop', 'again', 'again']);
    await expectAccessible(page);
  });

  test('a signature that does not account for all bytes is no success', async () => {
    await using opened = await open(doneTask('verify'));
    await opened.page.getByText('something else was changed').waitFor();
    expect(await opened.page.locator('.lead').innerText()).toMatch(/^✗/);
  });

  test('a prompt is judged by what was learned; a failure is said', async () => {
    const token = (text: string, p: number) => ({ token: text, id: 1, p });
    const reverse: Handlers<TaskContract>['reverse'] = ({ prompt }) => ({
      ...{ probability: 0.97, edited: true, asked: prompt },
      before: [token(' Rome', 0.8)],
      after: [token(' Paris', 0.7)],
    });
    await using opened = await open(doneTask('learnReversal'), {}, { reverse });
    const { page } = opened;
    await page
      .getByRole('textbox', { name: 'Prompt' })
      .fill('New Fact: Rome. Prompt: The Eiffel Tower is in');
    await page.getByRole('button', { name: 'Judge and Answer' }).click();
    await page.getByText('The prompt edits what it asks for (probability 97.0 %).').waitFor();
    await page.getByRole('cell', { name: 'Paris' }).waitFor();
    await using failing = await open(doneTask('learnReversal'));
    await failing.page.getByRole('textbox', { name: 'Prompt' }).fill('x');
    await failing.page.getByRole('button', { name: 'Judge and Answer' }).click();
    await failing.page.getByRole('alert').getByText('The model is gone.').waitFor();
  });

  test('an import shows what is left out and why, and text of files stays text', async () => {
    const { asked, handlers } = stub(doneTask('importRecords'));
    await using opened = await openPage<TaskContract>(browser(), 'task', handlers);
    const { page } = opened;
    await page.getByText('2 of 3 records can be imported.').waitFor();
    await page.getByText('requested_rewrite.subject is missing').waitFor();
    await page.getByText('<img src=x onerror=alert(1)>').waitFor();
    await page.getByRole('button', { name: 'Write Edits File…' }).click();
    await expect.poll(() => asked).toEqual(['writeEdits']);
    expect(opened.complaints).toEqual([]);
  });
});
