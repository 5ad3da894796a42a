import { expect, test } from 'vitest';
import type { InspectorContract } from '../../../src/protocol/inspector.ts';
import { describeInChromium, useChromium } from '../rig/chromium.ts';
import { frameRate } from '../rig/frameRate.ts';
import { openPage } from '../rig/openPage.ts';
import { keepPicture } from '../rig/screenshot.ts';
import { activationsOf, attentionOf, measurementOf, ready, stubOf, traceOf } from './inspectorStub.ts';

/** Frames a second below which moving through a picture feels like waiting for it. */
const smooth = 30;

describeInChromium('the inspector with much to show', () => {
  const browser = useChromium();

  test('5,000 probes: the table renders few of them, and scrolls smoothly', async () => {
    const stub = stubOf(ready, { measurement: () => measurementOf(5000) });
    await using opened = await openPage<InspectorContract>(browser(), 'inspector', stub.handlers);
    const { page } = opened;
    const table = page.getByRole('grid', { name: 'Probes before and after' });
    await table.getByText('12: The Eiffel Tower').first().waitFor();
    expect(await table.getAttribute('aria-rowcount')).toBe(String(5000 + 4 + 1));
    expect(await table.getByRole('row').count()).toBeLessThan(60);
    await table.hover();
    const { median } = await frameRate(page, async () => {
      for (let step = 0; step < 60; step++) await page.mouse.wheel(0, 400);
    });
    expect(median).toBeGreaterThanOrEqual(smooth);
    await page.getByRole('checkbox', { name: 'Changed only (1000 of 5000)' }).click();
    await expect.poll(() => table.getAttribute('aria-rowcount')).toBe(String(1000 + 4 + 1));
    await table.getByRole('button', { name: 'KL' }).click();
    await keepPicture(page, 'inspector-locality-5000');
  });

  test('80 layers × 2,000 tokens: scrolling and hovering stay smooth, and the two maps scroll as one', async () => {
    const stub = stubOf(ready, { activations: () => activationsOf(80, 2000) });
    await using opened = await openPage<InspectorContract>(browser(), 'inspector', stub.handlers, {
      width: 1280,
      height: 900,
    });
    const { page } = opened;
    await page.getByRole('tab', { name: 'Activations' }).click();
    await page.getByText('Before and after', { exact: true }).click();
    const before = page.getByRole('application', { name: /^Before: heatmap of 80 layers and 2000 tokens/ });
    const after = page.getByRole('application', { name: /^After/ });
    await before.hover();
    const scrolling = await frameRate(page, async () => {
      for (let step = 0; step < 60; step++) await page.mouse.wheel(150, 20);
    });
    expect(scrolling.median).toBeGreaterThanOrEqual(smooth);
    const scrolled = await before.evaluate((element) => element.scrollLeft);
    expect(scrolled).toBe(60 * 150);
    await expect.poll(() => after.evaluate((element) => element.scrollLeft)).toBe(scrolled);

    const box = await before.boundingBox();
    if (box === null) throw new Error('the heatmap is not seen');
    const hovering = await frameRate(page, async () => {
      for (let step = 0; step < 90; step++) {
        await page.mouse.move(box.x + 60 + ((step * 7) % (box.width - 80)), box.y + 90 + step * 2);
      }
    });
    expect(hovering.median).toBeGreaterThanOrEqual(smooth);
    await keepPicture(page, 'inspector-activations-2000');

    await page.getByRole('checkbox', { name: 'As a table' }).click();
    const table = page.getByRole('grid', { name: 'Norms by token and layer' });
    expect(await table.getAttribute('aria-rowcount')).toBe(String(80 * 2000 + 1));
    await table.hover();
    const listing = await frameRate(page, async () => {
      for (let step = 0; step < 60; step++) await page.mouse.wheel(0, 900);
    });
    expect(listing.median).toBeGreaterThanOrEqual(smooth);
  });

  test('a trace of 80 layers × 2,000 tokens: three maps scroll as one, smoothly', async () => {
    const stub = stubOf(ready, { trace: () => ({ before: traceOf(80, 2000), after: null }) });
    await using opened = await openPage<InspectorContract>(browser(), 'inspector', stub.handlers, {
      width: 1280,
      height: 900,
    });
    const { page } = opened;
    await page.getByRole('tab', { name: 'Trace' }).click();
    await page.getByRole('button', { name: 'Trace', exact: true }).click();
    const map = page.getByRole('application', { name: /^MLP: heatmap of 80 layers and 2000 tokens/ });
    await map.hover();
    const { median } = await frameRate(page, async () => {
      for (let step = 0; step < 40; step++) await page.mouse.wheel(150, 20);
    });
    expect(median).toBeGreaterThanOrEqual(smooth);
    const residual = page.getByRole('application', { name: /^Residual stream/ });
    await expect.poll(() => residual.evaluate((element) => element.scrollLeft)).toBe(40 * 150);
    await keepPicture(page, 'inspector-traced-2000');
  });

  test('attention of 600 tokens: moving over a head stays smooth', async () => {
    const stub = stubOf(ready, {
      heads: () => attentionOf(600, 32, 48),
      head: () => attentionOf(600, 1, 600),
    });
    await using opened = await openPage<InspectorContract>(browser(), 'inspector', stub.handlers, {
      width: 1280,
      height: 900,
    });
    const { page } = opened;
    await page.getByRole('tab', { name: 'Attention' }).click();
    const map = page.getByRole('application', { name: /^Before: heatmap of 600 tokens/ });
    await map.hover();
    const { median } = await frameRate(page, async () => {
      for (let step = 0; step < 40; step++) await page.mouse.wheel(60, 60);
    });
    expect(median).toBeGreaterThanOrEqual(smooth);
    await keepPicture(page, 'inspector-attention-600');
  });
});
