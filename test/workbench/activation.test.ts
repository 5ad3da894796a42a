import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { loadedLibraries } from './drive/processes.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** Activation costs nothing: no native code and no process until the first model is loaded. */

describeWorkbench('activation', () => {
  const workbench = useWorkbench();

  it('does not happen where there is nothing for it', async () => {
    const empty = await mkdtemp(path.join(tmpdir(), 'palimpsest-empty-'));
    try {
      await workbench().openFolder(empty);
      await withRunningExtensions(async (running) => {
        expect(await running.count()).toBeGreaterThan(0);
        expect(await running.filter({ hasText: 'Palimpsest' }).count()).toBe(0);
      });
    } finally {
      await workbench().openFolder(workbench().folder);
      await rm(empty, { recursive: true });
    }
  });

  it('loads no native code and starts no process', async () => {
    await workbench().openSideBar();
    await workbench().row('Models', 'almanac.gguf').waitFor();
    await withRunningExtensions(async (running) => {
      await running.filter({ hasText: 'Palimpsest' }).waitFor();
    });
    expect(nativeCode()).toEqual([]);
    expect(workbench().engine()).toBeUndefined();
  });

  it('keeps native code in the process of the engine once it is used', async () => {
    await workbench().command('Palimpsest: Load Model');
    const loaded = () => loadedLibraries(workbench().engine()?.pid ?? 0).join(' ');
    await expect.poll(loaded, { timeout: 20_000 }).toContain('libllama');
    expect(loaded()).toContain('koffi');
    expect(nativeCode()).toEqual([]);
  });

  it('says that all models are loaded to whoever wants to load another, and offers to open one', async () => {
    await workbench()
      .row('Models', /almanac\.gguf.*ready/)
      .waitFor();
    await workbench().command('Palimpsest: Load Model');
    await workbench()
      .notification('All models of this window are loaded.')
      .getByRole('button', { name: 'Open Model...' })
      .waitFor();
  });

  const nativeCode = () =>
    loadedLibraries(workbench().extensionHost().pid).filter((file) => /koffi|llama|ggml/.test(file));

  async function withRunningExtensions(look: (running: Locator) => Promise<void>): Promise<void> {
    await workbench().command('Developer: Show Running Extensions');
    const list = workbench().page.getByRole('dialog');
    await list.getByRole('listitem').or(list.getByRole('option')).first().waitFor();
    await look(list.getByRole('listitem').or(list.getByRole('option')));
    await workbench().page.keyboard.press('Escape');
    await list.waitFor({ state: 'hidden' });
  }
});
