import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import type { PageContract } from '../../../src/protocol/webview.ts';
import { pageHtml } from '../../../src/workbench/webviews/pageHtml.ts';
import { type Handlers, type ServedPage, servePage } from '../../../src/workbench/webviews/servePage.ts';
import { overWire } from './overWire.ts';
import { stubFor, stubInPage } from './stubInPage.ts';
import type { Theme } from './themes.ts';

const origin = 'https://palimpsest.test';

interface Shape {
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
  readonly reducedMotion?: boolean;
}

export interface OpenPage<C extends PageContract> extends AsyncDisposable {
  readonly page: Page;
  readonly host: ServedPage<C>;
  /** What the page wrote to the console as errors, and what it threw: violations of its content policy among them. */
  readonly complaints: readonly string[];
}

/**
 * Opens a bundled page in Chromium as VS Code would: the same shell with its content security policy, the same server of
 * its calls, a theme. What the host would do, the test does.
 */
export async function openPage<C extends PageContract>(
  browser: Browser,
  name: string,
  handlers: Handlers<C>,
  { theme = 'dark', width = 1000, height = 760, reducedMotion = false }: Shape = {},
): Promise<OpenPage<C>> {
  const context = await browser.newContext({
    viewport: { width, height },
    reducedMotion: reducedMotion ? 'reduce' : 'no-preference',
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));

  const listeners = new Set<(message: unknown) => void>();
  await page.exposeFunction('toHost', (message: unknown) => {
    for (const listener of listeners) listener(overWire(message));
  });
  const host = servePage<C>(
    {
      async postMessage(message) {
        const sent = page.evaluate((data) => window.postMessage(data, '*'), overWire(message));
        // as VS Code tells of a page that was closed meanwhile
        return await sent.then(
          () => true,
          (error: unknown) => {
            if (page.isClosed()) return false;
            throw error;
          },
        );
      },
      onDidReceiveMessage(listener) {
        listeners.add(listener);
        return { dispose: () => listeners.delete(listener) };
      },
    },
    handlers,
  );

  await page.addInitScript(stubInPage, stubFor(theme));
  const files = { script: `${origin}/${name}.js`, style: `${origin}/${name}.css`, source: origin };
  const dist = path.join(process.cwd(), 'dist/webview');
  await page.route(`${origin}/*`, async (route) => {
    const file = path.basename(new URL(route.request().url()).pathname);
    if (file === 'page.html')
      await route.fulfill({ contentType: 'text/html', body: pageHtml(files, name, 'en') });
    else await route.fulfill({ contentType: contentType(file), body: await readFile(path.join(dist, file)) });
  });
  await page.goto(`${origin}/page.html`);
  return {
    page,
    host,
    complaints,
    async [Symbol.asyncDispose]() {
      host.dispose();
      await context.close();
    },
  };
}

const contentType = (file: string): string => (file.endsWith('.css') ? 'text/css' : 'text/javascript');
