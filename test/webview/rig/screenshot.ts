import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';

const folder = path.join(process.cwd(), '.cache/screenshots/webview');

/** Keeps a picture of the page, for people to look at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: path.join(folder, `${name}.png`) });
}

/** Keeps a picture that a page has made itself. */
export async function keepBytes(bytes: Uint8Array, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, `${name}.png`), bytes);
}
