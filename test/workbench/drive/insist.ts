import type { Page } from 'playwright-core';

const tries = 4;
const patience = 6000;

/**
 * Does again what VS Code was not ready for: its quick input closes when something else takes the focus, and lists only
 * what it knew when it was opened. A person would open it again, too.
 *
 * @param ask fails within the timeout that it is given, in ms
 */
export async function insist(page: Page, ask: (timeout: number) => Promise<unknown>): Promise<void> {
  for (let left = tries - 1; ; left--) {
    try {
      await ask(patience);
      return;
    } catch (error) {
      if (left === 0) throw error;
      // where it is closed already, Escape would go to whatever has the focus
      if (await page.locator('.quick-input-widget').isVisible()) await page.keyboard.press('Escape');
    }
  }
}
