import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { config, llama, writeFolder } from '../unit/safetensors/write.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** Hugging Face folders in the workbench: what a click shows, and a review that the explorer begins. */

const patience = 120_000;
const edited = 'model.layers.1.mlp.down_proj.weight';

describeWorkbench('a Hugging Face folder', { timeout: 200_000 }, () => {
  const workbench = useWorkbench();
  const tree = () => workbench().page.getByRole('tree', { name: 'Files Explorer' });

  beforeAll(async () => {
    const halves = (all: ReturnType<typeof llama>) => {
      const entries = Object.entries(all);
      return [Object.fromEntries(entries.slice(0, 9)), Object.fromEntries(entries.slice(9))];
    };
    const at = (name: string) => path.join(workbench().folder, name);
    for (const name of ['published', 'proposed']) await mkdir(at(name));
    const values = (name: string, count: number, changed: boolean) =>
      Float32Array.from(
        { length: count },
        (_, i) => Math.sin(i + count) + (changed && name === edited ? i : 0),
      );
    const weights = (changed: boolean) => llama((name, count) => values(name, count, changed));
    await writeFolder(at('published'), config, weights(false));
    await writeFolder(at('proposed'), config, ...halves(weights(true)));
    await workbench().reload();
    await workbench().untilListed();
    await workbench().command('View: Show Explorer');
  });

  it('shows on a click what the index and its shards hold', async () => {
    await tree().getByRole('treeitem', { name: 'proposed', exact: true }).click();
    await tree().getByRole('treeitem', { name: 'model.safetensors.index.json' }).click();
    const frame = await workbench().header('proposed');
    const text = () => frame.locator('body').innerText();
    await expect.poll(text).toContain('LlamaForCausalLM');
    expect(await text()).toContain('model-00002-of-00002.safetensors');
    await frame.getByRole('tab', { name: /^Tensors/ }).click();
    await frame.getByRole('textbox', { name: 'Search the tensors' }).fill('layers.1 down');
    await frame.getByRole('button', { name: edited }).click();
    await frame.getByRole('img', { name: /^Histogram from/ }).waitFor({ timeout: 60_000 });
    await frame.getByRole('combobox', { name: 'Compared with' }).click();
    await frame.getByRole('option', { name: 'Less published' }).click();
    await frame.getByText('‖ΔW‖/‖W‖').first().waitFor({ timeout: 60_000 });
  });

  it('is reviewed against another from the explorer, and its tensor is found by its name in both worlds', async () => {
    const item = workbench().page.getByRole('menuitem', { name: 'Review Against...' });
    await tree().getByRole('treeitem', { name: 'proposed', exact: true }).click({ button: 'right' });
    await item.waitFor();
    await workbench().page.waitForTimeout(300);
    await item.click();
    await workbench()
      .page.locator('.quick-input-widget')
      .getByRole('option', { name: /^published/ })
      .first()
      .click();
    const text = async () => (await workbench().review()).locator('body').innerText();
    await expect.poll(text, { timeout: patience }).toContain('blk.1.ffn_down.weight');
    expect(await text()).toMatch(/proposed/);
  });

  it('has no such commands where a folder holds no model', async () => {
    await mkdir(path.join(workbench().folder, 'plain'));
    const plain = tree().getByRole('treeitem', { name: 'plain', exact: true });
    await plain.waitFor();
    await plain.click({ button: 'right' });
    await workbench()
      .page.getByRole('menuitem', { name: /^Copy Path/ })
      .waitFor();
    expect(await workbench().page.getByRole('menuitem', { name: 'Review Against...' }).count()).toBe(0);
    await workbench().page.keyboard.press('Escape');
  });
});
