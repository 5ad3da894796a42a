import { execFileSync } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { root } from '../../scripts/workbench/places.ts';
import { writeCandidate } from '../../src/workbench/sample/writeCandidate.ts';
import { insist } from './drive/insist.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** Where an answer came in, asked from Review Git Revision, and the review of that step. */

const sample = (name: string) => path.join(root, 'samples/almanac', name);

describeWorkbench('an answer that came in with a commit', { timeout: 300_000 }, () => {
  const workbench = useWorkbench();

  beforeAll(async () => {
    const { folder } = workbench();
    const model = path.join(folder, 'history.gguf');
    execFileSync('git', ['init', '-q', '-b', 'main', folder]);
    const commit = (message: string) => {
      const person = ['-c', 'user.name=tests', '-c', 'user.email=tests@example.org'];
      for (const args of [
        ['add', 'history.gguf'],
        [...person, 'commit', '-q', '-m', message],
      ]) {
        execFileSync('git', ['-C', folder, ...args]);
      }
    };
    const renamed = async (letter: string) => {
      const bytes = await readFile(model);
      bytes.write(letter, bytes.indexOf('almanac', bytes.indexOf('general.name')));
      await writeFile(model, bytes);
    };
    await copyFile(sample('almanac.gguf'), model);
    commit('Publish it');
    await renamed('A');
    commit('Give it another name');
    await writeCandidate(sample('almanac.gguf'), sample('candidate.tensors.gguf'), model);
    commit('Improve it');
    await renamed('B');
    commit('Give it a third name');
    await workbench().reload();
    await workbench().untilListed();
    await workbench().command('View: Show Explorer');
  });

  it('is found by asking few revisions, and exactly that step is reviewed', async () => {
    const { page } = workbench();
    const input = page.locator('.quick-input-widget');
    const type = async (title: RegExp, text: string) => {
      await input.getByText(title).first().waitFor();
      await input.locator('input[type="text"]').fill(text);
      await page.keyboard.press('Enter');
    };
    // a menu that opens before the window knows that the folder is trusted offers nothing
    await insist(page, async (timeout) => {
      await page.keyboard.press('Escape');
      await page
        .getByRole('tree', { name: 'Files Explorer' })
        .getByRole('treeitem', { name: 'history.gguf' })
        .click({ button: 'right', timeout });
      const item = page.getByRole('menuitem', { name: 'Review Git Revision...', disabled: false });
      await item.waitFor({ timeout });
      await page.waitForTimeout(300);
      await item.click({ timeout });
      await input.getByRole('option', { name: /Where Did an Answer Come In/ }).waitFor({ timeout });
    });
    await input.getByRole('option', { name: /Where Did an Answer Come In/ }).click();
    await type(/What every revision is asked/, 'The Brandenburg Gate is located in the city of');
    await type(/The answer to look for/, 'Vienna');
    await input.getByRole('option', { name: /It Continues the Text/ }).click();
    // it goes by itself, long before the review has ended
    await workbench()
      .notification(/It came in with \w{8} Improve it, after \w{8} Give it another name/)
      .waitFor({ timeout: 120_000 });
    const text = async () => (await workbench().review()).locator('body').innerText();
    await expect.poll(text, { timeout: 200_000 }).toContain('the Brandenburg Gate: Berlin → Vienna');
    expect(await text()).toMatch(/\(Improve it\)[\s\S]*\(Give it another name\)/);
  });
});
