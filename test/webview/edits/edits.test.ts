import { expect, test } from 'vitest';
import type { ComparedEdit, EditsTableContract } from '../../../src/protocol/editsTable.ts';
import type { Handlers } from '../../../src/workbench/webviews/servePage.ts';
import { expectAccessible } from '../rig/axe.ts';
import { describeInChromium, useChromium } from '../rig/chromium.ts';
import { openPage } from '../rig/openPage.ts';
import { keepPicture } from '../rig/screenshot.ts';
import { testInThemes } from '../rig/testInThemes.ts';
import { fourEdits, table } from './comparedEdits.ts';

describeInChromium('the table of edits', () => {
  const browser = useChromium();
  const stub = (edits: readonly ComparedEdit[] = fourEdits) => {
    const asked: unknown[] = [];
    const handlers: Handlers<EditsTableContract> = {
      state: () => ({ ...table, edits }),
      act: (params) => void asked.push(params),
      measureAll: () => void asked.push('measureAll'),
      save: ({ csv }) => void asked.push(csv),
    };
    return { asked, handlers };
  };

  testInThemes(
    'highContrast',
    'is accessible, breaks no policy, and says what was measured in another state',
    async (theme) => {
      await using opened = await openPage<EditsTableContract>(browser(), 'edits', stub().handlers, {
        theme,
        width: 1600,
        height: 500,
      });
      const { page } = opened;
      const pitti = page.getByRole('row').filter({ hasText: 'Pitti' });
      await pitti.getByText('measured alone at 1, now .5 with 1 other: Works').waitFor();
      expect(await pitti.innerText()).toContain('(.200)');
      expect(await pitti.innerText()).not.toMatch(/[✓◐✗]/);
      await expectAccessible(page);
      await keepPicture(page, `edits-${theme}`);
      expect(opened.complaints).toEqual([]);
    },
  );

  test('sorts, acts, measures and is exported', async () => {
    const { asked, handlers } = stub();
    await using opened = await openPage<EditsTableContract>(browser(), 'edits', handlers, { width: 1600 });
    const { page } = opened;
    const ids = async () =>
      (await page.getByRole('row').allInnerTexts()).slice(1).map((row) => /The \w+|=Alba/.exec(row)?.[0]);
    await page.getByRole('button', { name: 'PS', exact: true }).click();
    expect(await ids()).toEqual(['The Pitti', 'The Eiffel', 'The Prado', '=Alba']);
    expect(
      await page.getByRole('columnheader', { name: 'PS', exact: false }).first().getAttribute('aria-sort'),
    ).toBe('ascending');
    await page.getByRole('button', { name: /^PS/ }).first().click();
    await page.getByRole('button', { name: 'Apply: The Prado: Madrid → Lima' }).click();
    await page.getByRole('button', { name: 'Measure 1 Edit' }).click();
    await page.getByRole('button', { name: 'Export CSV…' }).click();
    await expect.poll(() => asked.length).toBe(3);
    expect(asked.slice(0, 2)).toEqual([{ key: 'prado', action: 'apply' }, 'measureAll']);
    expect(String(asked[2]).split('\r\n')[1]).toMatch(/^eiffel,/);
  });

  test.each([800, 1200, 1600])('at %i pixels every action is in sight without scrolling', async (width) => {
    await using opened = await openPage<EditsTableContract>(browser(), 'edits', stub().handlers, { width });
    const { page } = opened;
    const open = page.getByRole('button', { name: /^Open: / }).first();
    await open.waitFor();
    const box = await open.boundingBox();
    expect((box?.x ?? width) + (box?.width ?? 0)).toBeLessThanOrEqual(width - 20);
    // and nothing lies over it
    await open.click({ trial: true });
    if (width === 1600) {
      const grid = page.getByRole('grid', { name: 'Edits and their measures' });
      expect(await grid.evaluate((one) => one.scrollWidth - one.clientWidth)).toBe(0);
    }
    await keepPicture(page, `edits-${width}`);
  });

  test('renders few of many, and keeps the fact in sight in a narrow panel', async () => {
    const many = Array.from({ length: 3000 }, (_, index) => ({
      ...(fourEdits[index % 4] as ComparedEdit),
      key: String(index),
    }));
    await using opened = await openPage<EditsTableContract>(browser(), 'edits', stub(many).handlers, {
      width: 400,
      height: 600,
    });
    const { page } = opened;
    const grid = page.getByRole('grid', { name: 'Edits and their measures' });
    await grid.getByText('The Eiffel Tower').first().waitFor();
    expect(await grid.getByRole('row').count()).toBeLessThan(60);
    await grid.evaluate((element) => element.scrollTo(900, 4000));
    const fact = grid.getByRole('row').nth(20).getByRole('gridcell').first();
    await expect.poll(async () => ((await fact.boundingBox())?.x ?? -1) >= 0).toBe(true);
    await keepPicture(page, 'edits-400');
  });

  test('of a file without edits it says what to do', async () => {
    await using opened = await openPage<EditsTableContract>(browser(), 'edits', stub([]).handlers);
    await opened.page.getByText('Add one with New Edit').waitFor();
    await expectAccessible(opened.page);
  });
});
