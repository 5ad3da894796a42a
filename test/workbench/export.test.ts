import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { describeWorkbench, useWorkbench } from './useWorkbench.ts';

/** What the inspector shows is saved as Markdown, CSV, PNG and one HTML report, each holding what is on the screen. */

describeWorkbench('an export of the inspector', () => {
  const workbench = useWorkbench();

  const eiffel = () => workbench().row('Edits', /Eiffel Tower: Paris → Rome/);
  const place = (name: string) => path.join(workbench().folder, name);

  /** Saves the view in a format, under the name that is proposed. */
  async function save(format: string, name: string): Promise<Buffer> {
    const { page } = workbench();
    const box = page.locator('.quick-input-widget');
    await (await workbench().inspector()).getByRole('button', { name: 'Export…' }).click();
    await box.getByRole('option', { name: format }).first().click();
    await expect.poll(() => box.locator('input').first().inputValue()).toContain(name);
    await workbench().fillFileDialog('OK');
    await workbench().notification(`Saved ${name}.`).waitFor();
    expect(existsSync(place(name))).toBe(true);
    return await readFile(place(name));
  }

  const tab = async (name: string, shows: string) => {
    const page = await workbench().inspector();
    await page.getByRole('tab', { name }).click();
    await page.getByText(shows).first().waitFor();
  };

  beforeAll(async () => {
    await workbench().openSideBar();
    await eiffel().getByRole('checkbox').click();
    await workbench()
      .row('Edits', /Eiffel Tower.*on at 1/)
      .waitFor({ timeout: 60_000 });
    await eiffel().hover();
    await eiffel().getByRole('button', { name: 'Inspect Edit' }).click();
    await tab('Locality', 'Paraphrases');
  });

  it('as Markdown holds every probe with its answers before and after', async () => {
    const text = (await save('Markdown', 'the-eiffel-tower-locality.md')).toString();
    expect(text).toMatch(/^# The Eiffel Tower: Paris → Rome/);
    for (const said of ['almanac.gguf', 'CounterFact', 'The Louvre Museum is located in the city of']) {
      expect(text).toContain(said);
    }
    expect(text).toMatch(/\| .*The Eiffel Tower can be found in.*Paris.*Rome/);
  });

  it('as CSV holds the numbers of the tab in sight, every line with as many cells as its heading', async () => {
    await tab('Activations', 'layers down');
    const text = (await save('CSV', 'the-eiffel-tower-activations.csv')).toString();
    // the prompt first, then a table of its ten tokens or more in 6 layers
    const [heading = '', ...lines] = text.trim().split('\r\n\r\n').at(-1)?.split('\r\n') ?? [];
    const cells = (line: string) => line.replace(/"(?:[^"]|"")*"/g, '').split(',').length;
    expect(cells(heading)).toBeGreaterThan(4);
    expect(lines.length).toBeGreaterThanOrEqual(60);
    expect(lines.filter((line) => cells(line) !== cells(heading))).toEqual([]);
  });

  it('as PNG is a picture that is not empty', async () => {
    const bytes = await save('PNG', 'the-eiffel-tower-activations.png');
    expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
    expect(bytes.readUInt32BE(16)).toBeGreaterThan(400);
    expect(bytes.length).toBeGreaterThan(10_000);
  });

  it('as HTML is one file that opens alone, with all tabs that have something to show', async () => {
    await save('HTML', 'the-eiffel-tower-report.html');
    const context = await workbench().page.context().browser()?.newContext();
    const page = (await context?.newPage()) ?? expect.fail('The browser has gone.');
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(`file://${place('the-eiffel-tower-report.html')}`);
    const text = await page.locator('body').innerText();
    for (const name of ['Locality', 'Activations', 'Lens', 'Edit', 'Hyperparameters']) {
      expect(text).toContain(name);
    }
    const pictures = await page
      .locator('img')
      .evaluateAll((all) => all.map((picture) => Number(Reflect.get(picture, 'naturalWidth'))));
    expect(pictures.length).toBeGreaterThan(2);
    expect(Math.min(...pictures)).toBeGreaterThan(100);
    expect(asked.filter((url) => !/^(file|data):/.test(url))).toEqual([]);
    await context?.close();
  });
});
