import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import sharp from 'sharp';
import { Workbench } from '../../test/workbench/drive/workbench.ts';
import { root, vsix } from './places.ts';
import { installVsix } from './server.ts';

/**
 * `npm run take:movie`: films how an edit is ticked, computed, applied and looked at in the real workbench, into the
 * moving picture of README, docs/pictures/tour.webp.
 */

const file = path.join(root, 'docs/pictures/tour.webp');
const size = { width: 1120, height: 640 };
/** While something is computed: milliseconds for which a picture stays, and how many are shown of a long wait. */
const step = 450;
const limit = 8;

/** Pictures with the time for which each stays; one that equals the last prolongs it. */
class Film {
  readonly #page: Page;
  readonly #frames: { readonly picture: Buffer; milliseconds: number }[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  async take(milliseconds: number): Promise<void> {
    const picture = await this.#page.screenshot();
    const last = this.#frames.at(-1);
    if (last?.picture.equals(picture)) last.milliseconds += milliseconds;
    else this.#frames.push({ picture, milliseconds });
  }

  /** Pictures of what goes on, until it is over; of a long wait some, evenly. */
  async until(over: Promise<unknown>): Promise<void> {
    const before = this.#frames.length;
    let going = true;
    const ended = over.finally(() => {
      going = false;
    });
    while (going) {
      await this.take(step);
      await Promise.race([ended, this.#page.waitForTimeout(step)]);
    }
    await ended;
    const waited = this.#frames.splice(before);
    const stride = Math.max(1, waited.length / limit);
    this.#frames.push(...waited.filter((_, at) => at % stride < 1));
  }

  /** @returns bytes of the file */
  async write(to: string): Promise<number> {
    const pictures = this.#frames.map(({ picture }) => picture);
    const delay = this.#frames.map(({ milliseconds }) => Math.min(milliseconds, 4000));
    const { size: bytes } = await sharp(pictures, { join: { animated: true } })
      .webp({ quality: 80, effort: 6, loop: 0, delay })
      .toFile(to);
    return bytes;
  }
}

/** The pointer, which screenshots do not show: a ring that goes where the mouse is. */
async function showPointer(page: Page): Promise<void> {
  await page.evaluate(`{
    const ring = document.createElement('div');
    ring.style.cssText = 'position:fixed;z-index:99999;width:22px;height:22px;margin:-11px;border-radius:50%;' +
      'pointer-events:none;border:3px solid #f5a623;background:#f5a62340';
    document.body.append(ring);
    document.addEventListener('mousemove', ({ clientX, clientY }) => {
      ring.style.left = clientX + 'px';
      ring.style.top = clientY + 'px';
    }, true);
  }`);
}

/** Moves the pointer onto something, shows it there, and clicks. */
async function click(film: Film, target: Locator): Promise<void> {
  await target.hover();
  await film.take(700);
  await target.click();
}

const extensions = await mkdtemp(path.join(tmpdir(), 'palimpsest-extensions-'));
try {
  await installVsix(vsix, extensions);
  await using workbench = await Workbench.open({
    extensions,
    settings: { 'workbench.colorTheme': 'Dark 2026' },
  });
  const { page } = workbench;
  await page.setViewportSize(size);
  await workbench.untilListed();
  await workbench.command('Palimpsest: Load Model');
  await workbench.row('Models', /almanac\.gguf.*ready/).waitFor({ timeout: 60_000 });
  await workbench.row('Models', 'almanac.gguf').click();
  await page.keyboard.press('ArrowLeft');
  const eiffel = workbench.row('Edits', /Eiffel Tower: Paris → Rome/);
  await eiffel.waitFor();
  await showPointer(page);
  await page.mouse.move(size.width / 2, size.height / 2);
  const film = new Film(page);
  await film.take(1500);
  await click(film, eiffel.getByRole('checkbox'));
  await film.until(workbench.row('Edits', /Eiffel Tower.*on at 1/).waitFor({ timeout: 120_000 }));
  await film.take(1500);
  await eiffel.hover();
  await click(film, eiffel.getByRole('button', { name: 'Inspect Edit' }));
  const inspector = await workbench.inspector();
  await film.until(inspector.getByText('Paraphrases').first().waitFor({ timeout: 60_000 }));
  await page.mouse.move(size.width / 2, 5);
  await page.waitForTimeout(1000);
  await film.take(4000);
  const bytes = await film.write(file);
  process.stdout.write(`${path.relative(root, file)}: ${(bytes / 1e6).toFixed(2)} MB\n`);
} finally {
  await rm(extensions, { recursive: true, force: true });
}
