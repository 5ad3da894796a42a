import { execFileSync } from 'node:child_process';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { root } from '../../scripts/workbench/places.ts';
import { writeCandidate } from '../../src/workbench/sample/writeCandidate.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** Reviews of two files, of revisions of one, and of one alone, begun in the explorer; what they write; how long they are a problem. */

const sample = (name: string) => path.join(root, 'samples/almanac', name);
const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'c0ffee'.padEnd(64, '0')}\nsize 13000000\n`;

/** What a review takes on a machine that is busy with other work, in ms. */
const patience = 180_000;

describeWorkbench('a review begun in the explorer', { timeout: 200_000 }, () => {
  const workbench = useWorkbench({
    settings: { 'editor.autoClosingBrackets': 'never', 'editor.autoClosingQuotes': 'never' },
  });
  const place = (name: string) => path.join(workbench().folder, name);
  const text = async () => (await workbench().review()).locator('body').innerText();
  const file = (name: string) =>
    workbench()
      .page.getByRole('tree', { name: 'Files Explorer' })
      .getByRole('treeitem', { name, exact: true });
  const problem = (name: RegExp) =>
    workbench()
      .page.getByRole('tree', { name: /problems/i })
      .getByRole('treeitem', { name });

  async function choose(name: string, command: string): Promise<void> {
    const item = workbench().page.getByRole('menuitem', { name: command });
    await file(name).click({ button: 'right' });
    await item.waitFor();
    // a menu takes no click in its first tenth of a second: it may be the end of the one that opened it
    await workbench().page.waitForTimeout(300);
    await item.click();
  }

  const pick = (label: string | RegExp) =>
    workbench().page.locator('.quick-input-widget').getByRole('option', { name: label }).first().click();

  function commit(message: string): void {
    const person = ['-c', 'user.name=tests', '-c', 'user.email=tests@example.org'];
    for (const args of [
      ['add', 'history.gguf'],
      [...person, 'commit', '-q', '-m', message],
    ]) {
      execFileSync('git', ['-C', workbench().folder, ...args]);
    }
  }

  /** Saves the report of the review in sight. */
  async function report(format: string, name: string): Promise<string> {
    await workbench().command('Palimpsest: Save Review Report...');
    if (format !== '') {
      // the palette's own list may still be there, and has Markdown in it as well
      await workbench().page.getByPlaceholder('Choose the format of the report').waitFor();
      await pick(format);
    }
    await workbench().fillFileDialog('OK', place(name));
    await workbench()
      .page.getByRole('tab', { name: new RegExp(name) })
      .waitFor();
    return await readFile(place(name), 'utf8');
  }

  beforeAll(async () => {
    await writeCandidate(sample('almanac.gguf'), sample('candidate.tensors.gguf'), place('candidate.gguf'));
    await writeFile(place('candidate.policy.json'), '{ "allow": ["fine-tuned"] }\n');
    execFileSync('git', ['init', '-q', '-b', 'main', workbench().folder]);
    await copyFile(sample('almanac.gguf'), place('history.gguf'));
    commit('Publish the almanac');
    await writeFile(place('history.gguf'), renamed(await readFile(sample('almanac.gguf'))));
    commit('Give it another name');
    await writeFile(place('history.gguf'), pointer);
    commit('Move it to Git LFS');
    await copyFile(sample('almanac.gguf'), place('history.gguf'));
    // what is written while a window opens may be missed by its watcher
    await workbench().reload();
    await workbench().untilListed();
    await workbench().command('View: Show Explorer');
  });

  it('holds two selected files against each other, once it is said which is the base', async () => {
    await file('almanac.gguf').click();
    // when a file has opened, the explorer selects it alone
    await workbench().header('almanac');
    await file('candidate.gguf').click({ modifiers: ['Control'] });
    await choose('candidate.gguf', 'Review Selected Against Each Other');
    await pick('almanac.gguf');
    // the verdict stands there before the models are asked for the fact
    await expect.poll(text, { timeout: patience }).toContain('the Brandenburg Gate: Berlin → Vienna');
    expect(await text()).toMatch(/Edited\s+high confidence/);
  });

  it('is written as Markdown and as one HTML file', async () => {
    const markdown = await report('Markdown', 'candidate.md');
    expect(markdown).toMatch(/^## Review: edited \(high confidence\)/);
    expect(markdown).toContain(`\`${place('candidate.gguf')}\` against \`${place('almanac.gguf')}\``);
    expect(markdown).toContain('`the Brandenburg Gate`');
    const html = await report('HTML', 'candidate.html');
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toContain('the Brandenburg Gate');
    expect(html).toContain('<svg');
    expect(html).not.toMatch(/<script|https?:\/\/(?!www\.w3\.org)/);
  });

  it('is a problem of the policy file when its panel is closed, until the policy lets it pass', async () => {
    await workbench().command('View: Close All Editors');
    await workbench().command('View: Focus Problems');
    await problem(/candidate\.gguf: The verdict is "edited"/).waitFor();
    await writePolicy('{ "allow": ["edited"] }');
    await expect.poll(() => problem(/candidate\.gguf: /).count()).toBe(0);
    await writePolicy('{ "allow": ["identical"] }');
    await problem(/candidate\.gguf: The verdict is "edited"/).waitFor();
  });

  it('is no problem any more once the candidate is another file', async () => {
    await copyFile(sample('almanac.gguf'), place('candidate.gguf'));
    await expect.poll(() => problem(/candidate\.gguf: /).count()).toBe(0);
    await workbench().command('View: Hide Panel');
    await workbench().command('View: Close All Editors');
  });

  it('says what changed since a revision', async () => {
    await choose('history.gguf', 'Review Git Revision...');
    await pick('Publish the almanac');
    await pick('What Changed Since');
    await expect.poll(text, { timeout: patience }).toContain('Identical');
    expect(await text()).toContain('(Publish the almanac)');
  });

  it('says what a revision changed', async () => {
    await choose('history.gguf', 'Review Git Revision...');
    await pick('Give it another name');
    await pick(/What This Revision Changed.*Publish the almanac/);
    await expect.poll(text, { timeout: patience }).toContain('Only metadata');
    expect(await text()).toMatch(/\(Give it another name\)[\s\S]*\(Publish the almanac\)/);
  });

  it('holds a revision against another, and says how to fetch what Git LFS has not brought here', async () => {
    await choose('history.gguf', 'Review Git Revision...');
    await pick('Publish the almanac');
    await pick('Against Another Revision…');
    await pick('Move it to Git LFS');
    await expect
      .poll(text, { timeout: patience })
      .toMatch(
        /kept by Git LFS and is not on this machine\. Fetch it with: git lfs fetch origin \w{8} --include="history\.gguf"/,
      );
  });

  it('looks for edits without a base', async () => {
    await workbench().command('View: Close All Editors');
    await writeCandidate(sample('almanac.gguf'), sample('candidate.tensors.gguf'), place('candidate.gguf'));
    await choose('candidate.gguf', 'Look for Edits Without the Base');
    await expect.poll(text, { timeout: patience }).toContain('Tensors examined closely');
    const found: unknown = JSON.parse(await report('', 'inspected.json'));
    expect(found).toMatchObject({ candidate: place('candidate.gguf'), suspects: expect.any(Array) });
  });

  /** Replaces the policy in its editor and saves it, as a person does. */
  async function writePolicy(policy: string): Promise<void> {
    const { page } = workbench();
    await workbench().openFile('candidate.policy.json');
    await page.locator('.monaco-editor.focused').first().waitFor();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
    await page.keyboard.insertText(policy);
    await page.keyboard.press('Control+S');
    await expect.poll(() => readFile(place('candidate.policy.json'), 'utf8')).toBe(policy);
  }
});

/** A model with one letter of its name changed. */
function renamed(model: Buffer): Buffer {
  const at = model.indexOf('almanac', model.indexOf('general.name'));
  model.write('A', at);
  return model;
}
