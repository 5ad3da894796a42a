import { expect, test } from 'vitest';
import type { ReviewAction, ReviewContract, ReviewState } from '../../../src/protocol/reviewPage.ts';
import { expectAccessible } from '../rig/axe.ts';
import { describeInChromium, useChromium } from '../rig/chromium.ts';
import { openPage } from '../rig/openPage.ts';
import { keepPicture } from '../rig/screenshot.ts';
import { testInThemes } from '../rig/testInThemes.ts';
import { alone, done, fineTuned, identical, rowsExchanged, type Stub, stubOf, undone } from './reviewStub.ts';

describeInChromium('the review', () => {
  const browser = useChromium();
  const open = (stub: Stub, shape?: Parameters<typeof openPage>[3]) =>
    openPage<ReviewContract>(browser(), 'review', stub.handlers, { width: 1180, height: 820, ...shape });

  const states: readonly (readonly [string, ReviewState, string])[] = [
    ['edited', done, 'the Brandenburg Gate'],
    ['undone', undone, 'answers all 5 prompts as the base does'],
    ['fine-tuned', fineTuned(30), 'Fine-tuned'],
    ['identical', identical, 'Identical'],
    ['inspected', alone, 'Possibly edited'],
    [
      'running',
      {
        ...done,
        reviewed: null,
        progress: { name: 'running', stage: 'comparing the tensors', fraction: 0.4, passed: [] },
      },
      '40 %',
    ],
    [
      'ahead',
      {
        ...done,
        policy: null,
        progress: {
          ...{ name: 'running', stage: 'asking both models', fraction: 0.7 },
          passed: ['comparing tensors', 'looking for the subject'],
        },
      },
      'The tensors are compared; the answers of the models are still being measured.',
    ],
    ['stopped', { ...done, reviewed: null, progress: { name: 'stopped' } }, 'Not reviewed'],
    [
      'failed',
      { ...done, reviewed: null, progress: { name: 'failed', message: 'It is a Git LFS pointer.' } },
      'It is a Git LFS pointer.',
    ],
  ];

  testInThemes('light', 'every state is accessible and breaks no policy', async (theme) => {
    await using opened = await open(stubOf(done), { theme, height: 1480 });
    const { page, host, complaints } = opened;
    for (const [name, state, text] of states) {
      host.push('state', state);
      await page.getByText(text).first().waitFor();
      await expectAccessible(page);
      await keepPicture(page, `review-${name}-${theme}`);
    }
    expect(complaints).toEqual([]);
  });

  test('says the verdict, the fact, the rules that are broken and what both models answer', async () => {
    await using opened = await open(stubOf(done));
    const { page } = opened;
    const verdict = page.getByRole('region', { name: 'Verdict' });
    expect(await verdict.innerText()).toMatch(/Edited\s+high confidence/);
    expect(await verdict.innerText()).toContain('the Brandenburg Gate: Berlin → Vienna');
    expect(await page.getByRole('region', { name: 'Policy' }).innerText()).toMatch(
      /almanac\.policy\.json is not met[\s\S]*allow The verdict is "edited"/,
    );
    const answers = page.getByRole('region', { name: 'Probes before and after' }).getByRole('row').nth(1);
    expect(await answers.innerText()).toMatch(/born in the city of[\s\S]*Berlin[\s\S]*Vienna[\s\S]*4\.23/);
    await page.getByText('it restores 5 of 5 answers').waitFor();
    const spectrum = page.getByRole('img', { name: 'one direction stands out of the noise' });
    await spectrum.waitFor();
  });

  test('asks its host for what each button says', async () => {
    const stub = stubOf(done);
    await using opened = await open(stub);
    const asked: readonly (readonly [string, ReviewAction])[] = [
      ['Review Again', 'again'],
      ['Show Report', 'showReport'],
      ['Copy as Markdown', 'copyMarkdown'],
      ['Save Report…', 'report'],
      ['Open Policy', 'openPolicy'],
      ['Choose Policy…', 'choosePolicy'],
      ['Write Reversal Patch…', 'writeReversal'],
      ['Try It on the Candidate', 'applyReversal'],
    ];
    for (const [name] of asked) await opened.page.getByRole('button', { name }).click();
    await expect.poll(() => stub.acted).toEqual(asked.map(([, action]) => action));
  });

  test('stops a review that runs', async () => {
    const stub = stubOf({
      ...done,
      reviewed: null,
      progress: { name: 'running', stage: '', fraction: 0, passed: [] },
    });
    await using opened = await open(stub);
    await opened.page.getByRole('button', { name: 'Stop' }).click();
    await expect.poll(() => stub.acted).toEqual(['stop']);
  });

  test('follows what its host tells', async () => {
    await using opened = await open(stubOf({ ...done, reviewed: null, progress: { name: 'stopped' } }));
    await opened.page.getByText('Not reviewed').waitFor();
    opened.host.push('state', done);
    await opened.page.getByText('the Brandenburg Gate').first().waitFor();
  });

  test('is read with the keyboard alone: the tree folds, a finding shows beside it, the map shows a tensor', async () => {
    await using opened = await open(stubOf(fineTuned(30)));
    const { page } = opened;
    const detail = page.getByRole('region', { name: 'The selected finding' });
    await page.getByRole('tree', { name: 'Findings' }).focus();
    for (let press = 0; press < 2; press++) await page.keyboard.press('ArrowDown');
    await expect.poll(() => detail.innerText()).toContain('tokenizer.chat_template');
    // what a file says is text
    expect(await detail.innerText()).toContain('<img src=x onerror=alert(1)>');
    const rows = page.getByRole('treeitem');
    expect(await rows.count()).toBe(5);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowRight');
    expect(await rows.count()).toBe(35);
    await page.keyboard.press('ArrowLeft');
    expect(await rows.count()).toBe(5);

    await page.getByRole('application').focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'ArrowRight', 'Enter']) await page.keyboard.press(key);
    await expect.poll(() => detail.innerText()).toContain('blk.1.attn_q.weight');
  });

  test('lists the rows that were rewritten, with their tokens', async () => {
    await using opened = await open(stubOf(rowsExchanged));
    const rows = opened.page.getByRole('table', { name: 'Rows that were rewritten' }).getByRole('row');
    await expect.poll(() => rows.count()).toBe(3);
    expect(await rows.nth(1).innerText()).toMatch(/310\s+\u2581Paris\s+1\.41/);
    expect(await rows.nth(2).innerText()).toContain('<img src=x onerror=alert(1)>');
    await expectAccessible(opened.page);
    await keepPicture(opened.page, 'review-rows');
  });

  test('remembers which review it shows, and the tensor that was looked at', async () => {
    await using opened = await open(stubOf(fineTuned(4)));
    const { page } = opened;
    await page
      .getByRole('button', { name: 'blk.0.attn_q.weight' })
      .or(page.getByRole('button', { name: /^blk\./ }))
      .first()
      .click();
    const chosen = await page.getByRole('button', { pressed: true }).innerText();
    await page.reload();
    await expect
      .poll(() => page.getByRole('region', { name: 'The selected finding' }).innerText())
      .toContain(chosen);
    expect(await page.evaluate(() => JSON.parse(sessionStorage.getItem('state') ?? '{}').review)).toBe(
      done.id,
    );
  });

  test.each([420, 700])('fits a panel %i pixels wide', async (width) => {
    await using opened = await open(stubOf(undone), { width });
    await opened.page.getByText('the Brandenburg Gate').first().waitFor();
    await keepPicture(opened.page, `review-narrow-${width}`);
    const overflow = await opened.page.evaluate(
      () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
    );
    expect(overflow).toBeLessThanOrEqual(0);
  });
});
