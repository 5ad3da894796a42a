import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Frame, Locator, Page } from 'playwright-core';
import { root } from '../../../scripts/workbench/places.ts';
import { sampleWorkspace } from '../../../scripts/workbench/sampleWorkspace.ts';
import { Server, type ServerOptions } from '../../../scripts/workbench/server.ts';
import { TestBrowser } from './browser.ts';
import { insist } from './insist.ts';
import { descendants, type Process } from './processes.ts';

/** A real VS Code with the extension, driven as a person would drive it: by what is seen, with mouse and keys. */
export class Workbench implements AsyncDisposable {
  readonly page: Page;
  /** The folder that is open: a scratch copy of the sample. */
  readonly folder: string;
  private readonly server: Server;
  private readonly browser: TestBrowser;

  private constructor(server: Server, browser: TestBrowser, page: Page, folder: string) {
    this.server = server;
    this.browser = browser;
    this.page = page;
    this.folder = folder;
  }

  static async open(options: ServerOptions): Promise<Workbench> {
    const folder = await sampleWorkspace();
    const server = await Server.start(options);
    const browser = await TestBrowser.launch();
    const page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    const workbench = new Workbench(server, browser, page, folder);
    await workbench.openFolder(folder);
    return workbench;
  }

  async openFolder(folder: string): Promise<void> {
    await this.untilReady(() => this.page.goto(this.server.address(folder)));
  }

  /** Reloads as a person does: what is open is put down first, which the browser's own reload does not wait for. */
  async reload(): Promise<void> {
    await this.untilReady(() =>
      Promise.all([this.page.waitForEvent('load'), this.command('Developer: Reload Window')]),
    );
  }

  /** Runs a command as the palette names it. */
  async command(title: string): Promise<void> {
    await this.choose('F1', `>${title}`, title);
  }

  /** Runs a command and takes what it offers under that name, the last of several; both again where the list closed. */
  async commandAndPick(title: string, option: string | RegExp): Promise<void> {
    const offered = this.page.locator('.quick-input-widget').getByRole('option', { name: option }).last();
    await insist(this.page, async (timeout) => {
      await this.command(title);
      await offered.click({ timeout });
    });
  }

  /**
   * Answers VS Code's own dialog for files, which stands in for the system's in a browser. While it lists a folder it
   * puts what it proposes over what was typed, and hears no key: then it is answered again, as a person would.
   *
   * @param button what its button says: "OK" where a file is saved
   * @param file nothing to take what it proposes
   */
  async fillFileDialog(button: string, file?: string): Promise<void> {
    const dialog = this.page
      .locator('.quick-input-widget')
      .filter({ has: this.page.getByRole('button', { name: button, exact: true }) });
    const box = dialog.getByRole('textbox').or(dialog.getByRole('combobox')).first();
    await dialog.getByRole('option').first().waitFor();
    for (let tries = 4; ; tries--) {
      if (file !== undefined) await box.fill(file);
      await dialog.getByRole('button', { name: button, exact: true }).click();
      try {
        await dialog.waitFor({ state: 'hidden', timeout: 5000 });
        return;
      } catch (error) {
        if (tries === 1) throw error;
      }
    }
  }

  /** Opens a file of the folder through quick open. */
  async openFile(name: string): Promise<void> {
    await this.choose('Control+P', name, name);
    await this.page.getByRole('tab', { name }).waitFor();
  }

  /** Puts the cursor of the editor there; lines count from 1, columns from 0. */
  async goTo(line: number, column: number): Promise<void> {
    await this.choose('Control+G', `:${line}:${column + 1}`, `line ${line} at column ${column + 1}`);
    await this.page.locator('.monaco-editor.focused').first().waitFor();
  }

  /** Opens the extension's side bar. Where it is just being restored, the click closes it, and is done again. */
  async openSideBar(): Promise<void> {
    const icon = this.page.getByRole('tab', { name: 'Palimpsest' });
    await insist(this.page, async (timeout) => {
      if ((await icon.getAttribute('aria-selected')) !== 'true') await icon.click();
      await this.page.getByRole('button', { name: 'Models Section' }).waitFor({ timeout });
    });
  }

  /**
   * Waits until the extension runs: its models are listed. Its icon shows earlier, and a .gguf file that is opened in
   * between opens as text.
   */
  async untilListed(): Promise<void> {
    await this.openSideBar();
    await this.row('Models', 'almanac.gguf').waitFor();
  }

  /** The row of a tree in the side bar, by the beginning of what is said of it. */
  row(tree: 'Models' | 'Edits' | 'Patches', label: string | RegExp): Locator {
    return this.page.getByRole('tree', { name: tree }).getByRole('treeitem', { name: label }).first();
  }

  /** The page of the inspector. */
  inspector(): Promise<Frame> {
    return this.webview((frame) => frame.getByRole('tab', { name: 'Locality' }));
  }

  /** The page of a review, once it has a state. */
  review(): Promise<Frame> {
    return this.webview((frame) => frame.locator('main.review'));
  }

  /** The page of the .gguf editor, by its heading. */
  header(heading: string | RegExp): Promise<Frame> {
    return this.webview((frame) => frame.getByRole('heading', { name: heading }));
  }

  /** The page of the visible webview that shows what is looked for. */
  private async webview(mark: (frame: Frame) => Locator): Promise<Frame> {
    for (const end = Date.now() + 20_000; Date.now() < end; await setTimeout(100)) {
      for (const frame of this.page.frames()) {
        if (await shows(frame, mark)) return frame;
      }
    }
    throw new Error('No visible webview shows it.');
  }

  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text });
  }

  /** The process in which extensions run. Those of former windows wait a while for a reconnection. */
  extensionHost(): Process {
    const host = this.extensionHosts().at(-1);
    if (host === undefined) throw new Error('No extension host is running.');
    return host;
  }

  /** The engine's process, if there is one. */
  engine(): Process | undefined {
    return descendants(this.extensionHost().pid).find(({ command }) => command.includes('dist/host.js'));
  }

  /** Takes a picture into .cache/screenshots/workbench. */
  async picture(name: string): Promise<string> {
    const file = path.join(root, '.cache/screenshots/workbench', `${name}.png`);
    await mkdir(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.browser[Symbol.asyncDispose]();
    await this.server[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }

  /** Waits until a window that is opened anew has its parts, its theme and its own extension host. */
  private async untilReady(open: () => Promise<unknown>): Promise<void> {
    const before = new Set(this.extensionHosts().map(({ pid }) => pid));
    await open();
    await this.page.locator('.monaco-workbench:is(.vs, .vs-dark, .hc-black, .hc-light)').waitFor();
    await this.page.locator('#status\\.host').waitFor();
    const isOld = ({ pid }: Process) => before.has(pid);
    for (const end = Date.now() + 20_000; this.extensionHosts().every(isOld); await setTimeout(100)) {
      if (Date.now() > end) throw new Error('The extension host did not start.');
    }
    // before the extension is known, a .gguf file would open as text
    await this.page.getByRole('tab', { name: 'Palimpsest' }).waitFor();
  }

  private extensionHosts(): Process[] {
    return descendants(this.server.pid)
      .filter(({ command }) => command.includes('--type=extensionHost'))
      .toSorted((one, other) => one.started - other.started);
  }

  /** Opens a quick input by a key, types, and takes what it then offers first. */
  private async choose(key: string, typed: string, label: string): Promise<void> {
    const quickInput = this.page.locator('.quick-input-widget');
    const box = quickInput.getByRole('textbox').or(quickInput.getByRole('combobox')).first();
    const option = quickInput.getByRole('option').first().filter({ hasText: label });
    await insist(this.page, async (timeout) => {
      await this.page.keyboard.press(key);
      await box.fill(typed, { timeout });
      await option.click({ timeout });
    });
  }
}

/** A frame of a webview lies within two others, and either may be gone by the time it is asked. */
async function shows(frame: Frame, mark: (frame: Frame) => Locator): Promise<boolean> {
  try {
    const host = await frame.parentFrame()?.frameElement();
    if (host === undefined || !(await host.isVisible())) return false;
    return await mark(frame).first().isVisible();
  } catch {
    return false;
  }
}
