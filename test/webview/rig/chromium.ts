import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, describe } from 'vitest';
import { chromiumPath } from '../../../scripts/workbench/places.ts';

/** Tests in a real browser; left out where there is none, but never under CI. */
export const describeInChromium = describe.skipIf(
  chromiumPath() === undefined && process.env['CI'] !== 'true',
);

/** One Chromium for all tests of a `describe`, ended behind them. It leaves nothing in the user's home. */
export function useChromium(): () => Browser {
  let browser: Browser | undefined;
  let home = '';
  beforeAll(async () => {
    home = await mkdtemp(path.join(tmpdir(), 'palimpsest-chromium-'));
    const executablePath = chromiumPath();
    if (executablePath === undefined) throw new Error('There is no Chromium; npm run install:workbench');
    browser = await chromium.launch({
      executablePath,
      env: { ...process.env, HOME: home },
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    });
  });
  afterAll(async () => {
    await browser?.close();
    await rm(home, { recursive: true, force: true });
  });
  return () => {
    if (browser === undefined) throw new Error('Chromium was not started.');
    return browser;
  };
}
