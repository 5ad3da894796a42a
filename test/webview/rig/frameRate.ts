import type { Page } from 'playwright-core';

/**
 * Frames a second while `disturb` goes on, from the page's own clock: the median over the frames' lengths, so that one
 * hiccup of a busy machine counts as one, and the longest frame in ms.
 */
export async function frameRate(
  page: Page,
  disturb: () => Promise<void>,
): Promise<{ readonly median: number; readonly longest: number }> {
  await page.evaluate(() => {
    const times: number[] = [];
    const tick = (time: number) => {
      times.push(time);
      handle = requestAnimationFrame(tick);
    };
    let handle = requestAnimationFrame(tick);
    Object.assign(window, {
      stopCounting: () => {
        cancelAnimationFrame(handle);
        return times;
      },
    });
  });
  await disturb();
  const times = await page.evaluate<number[]>('window.stopCounting()');
  const lengths = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  const ordered = lengths.toSorted((a, b) => a - b);
  const middle = ordered[Math.floor(ordered.length / 2)];
  if (middle === undefined) throw new Error('No frame was drawn.');
  return { median: 1000 / middle, longest: ordered.at(-1) ?? middle };
}
