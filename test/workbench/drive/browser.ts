import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../../scripts/workbench/places.ts';

/** Chromium without a window and with a home of its own, which is removed with it. */
export class TestBrowser implements AsyncDisposable {
  private readonly browser: Browser;
  private readonly home: string;

  private constructor(browser: Browser, home: string) {
    this.browser = browser;
    this.home = home;
  }

  static async launch(): Promise<TestBrowser> {
    const executablePath = chromiumPath();
    if (executablePath === undefined) throw new Error('There is no Chromium; see npm run install:workbench.');
    const home = await mkdtemp(path.join(tmpdir(), 'palimpsest-chromium-'));
    const browser = await chromium.launch({
      executablePath,
      env: { ...environment(), HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home },
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    return new TestBrowser(browser, home);
  }

  /** A window of the size of a small laptop's screen. */
  newPage(): Promise<Page> {
    return this.browser.newPage({ viewport: { width: 1280, height: 800 } });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser.close();
    await rm(this.home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

const environment = () =>
  Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
