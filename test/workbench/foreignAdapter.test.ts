import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { build } from '../unit/gguf/build.ts';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** A LoRA adapter that was made elsewhere is switched on, inspected and reverted as any patch of ours. */

describeWorkbench('a LoRA adapter made elsewhere', () => {
  const workbench = useWorkbench();
  const file = () => path.join(workbench().folder, 'elsewhere.gguf');
  const row = () => workbench().row('Patches', /elsewhere\.gguf/);

  beforeAll(async () => {
    await writeFile(file(), adapter(2));
    await workbench().untilListed();
  });

  it('shows itself when it is opened, as what it is', async () => {
    await workbench().openFile('elsewhere.gguf');
    const page = await workbench().header('elsewhere');
    await expect
      .poll(() => page.locator('body').innerText())
      .toContain('This adapter was made by another program');
    expect(await page.locator('body').innerText()).toContain('blk.2.ffn_down.weight');
  });

  it('is switched on, and listed with its place and strength', async () => {
    const page = await workbench().header('elsewhere');
    await page.getByRole('button', { name: 'Apply' }).click();
    await row().waitFor({ timeout: 30_000 });
    expect(await row().getAttribute('aria-label')).toMatch(/^1\. elsewhere\.gguf, strength 1/);
    await workbench()
      .row('Models', /almanac\.gguf.*1 patch on/)
      .waitFor();
  });

  it('is inspected: its change shows in the layer that it changes, and in none below', async () => {
    await row().hover();
    await row().getByRole('button', { name: 'Inspect Patch' }).click();
    const page = await workbench().inspector();
    await page.getByRole('tab', { name: 'Activations' }).click();
    await page.getByRole('textbox').first().fill('The Louvre Museum is located in the city of');
    await page.getByRole('textbox').first().press('Enter');
    await page.getByRole('checkbox', { name: 'As a table' }).click();
    /** How far the stream at the first word has moved, behind a layer. */
    const distance = async (layer: number) => {
      const row = await page
        .getByRole('row')
        .nth(1 + 6 + layer)
        .innerText();
      return Number(row.trim().split(/\s+/).at(-1));
    };
    await expect.poll(() => distance(2), { timeout: 20_000 }).toBeGreaterThan(0);
    expect([await distance(0), await distance(1)]).toEqual([0, 0]);
  });

  it('is reverted, and the file stays', async () => {
    const before = await readFile(file());
    await row().hover();
    await row().getByRole('button', { name: 'Revert Patch' }).click();
    await row().waitFor({ state: 'hidden' });
    await workbench()
      .row('Models', /almanac\.gguf.*ready/)
      .waitFor();
    expect(await readFile(file())).toEqual(before);
  });
});

/** A rank-one change of one layer of the sample, with nothing of ours in its metadata. */
function adapter(layer: number): Uint8Array {
  const name = `blk.${layer}.ffn_down.weight`;
  const [neurons, embedding] = [1024, 256];
  const bytes = build({
    metadata: [
      ['general.type', ['string', 'adapter']],
      ['general.name', ['string', 'elsewhere']],
      ['general.architecture', ['string', 'llama']],
      ['adapter.type', ['string', 'lora']],
      ['adapter.lora.alpha', ['float32', 1]],
    ],
    tensors: [
      { name: `${name}.lora_a`, ne: [neurons, 1] },
      { name: `${name}.lora_b`, ne: [1, embedding] },
    ],
  });
  const data = new DataView(bytes.buffer, bytes.length - 4 * (neurons + embedding));
  for (let at = 0; at < data.byteLength; at += 4) data.setFloat32(at, Math.sin(at) / 4, true);
  return bytes;
}
