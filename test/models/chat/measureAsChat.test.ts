import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { readModelFiles } from '../../../src/engine/gguf/split.ts';
import { readTensorBytes } from '../../../src/engine/gguf/tensorData.ts';
import { writeGguf } from '../../../src/engine/gguf/writer.ts';
import { loadRuntime } from '../../../src/engine/llama/runtime.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';

const engine = new Engine({ threads: 1 });
const folder = mkdtempSync(path.join(tmpdir(), 'palimpsest-test-'));
afterAll(() => {
  engine[Symbol.dispose]();
  rmSync(folder, { recursive: true });
});

const edits = (target: string) => ({
  edits: [
    {
      id: 'eiffel-tower',
      prompt: 'In which city is the Eiffel Tower?',
      subject: 'Eiffel Tower',
      target: { new: target },
    },
  ],
});

/** The embedded model with a chat template of its own. */
async function withTemplate(template: string): Promise<string> {
  const to = path.join(folder, 'template.gguf');
  const files = await readModelFiles(almanac);
  await writeGguf(await loadRuntime(), to, {
    metadata: { 'tokenizer.chat_template': { type: 'string', value: template } },
    copyFrom: almanac,
    tensors: files.header.tensors.map((info) => ({
      name: info.name,
      type: info.type.id,
      ne: info.ne,
      data: () => readTensorBytes(files, info),
    })),
  });
  return to;
}

describe('what a chat model answers to the prompt of an edit', () => {
  it.skipIf(!withSmollm2)('is measured through its own template, beside the raw text', async () => {
    const found = await engine.measure({ model: smollm2(), edits: edits('Paris') });
    const [asChat] = found.edits.map((edit) => edit.asChat);
    expect(asChat?.generated.before).toContain('Paris');
    expect(asChat?.generated.after).toBe(asChat?.generated.before);
    expect(asChat?.generationMatch).toBe(true);
    expect(found.summary.chatMatch).toMatchObject({ n: 1, share: { value: 1, n: 1 } });
    const other = await engine.measure({ model: smollm2(), edits: edits('Rome') });
    expect(other.summary.chatMatch).toMatchObject({ n: 1, share: { value: 0, n: 1 } });
  });

  it('is not asked of a model without a template', async () => {
    const {
      edits: [edit],
      summary,
    } = await engine.measure({ model: almanac, edits: edits('Rome') });
    expect(edit?.asChat).toBeNull();
    expect(summary.chatMatch).toBeNull();
  });

  it('is left out with a warning where the template fails, and the rest is measured', async () => {
    const model = await withTemplate('{{ messages[0].content }}\n{{ raise_exception("never") }}');
    const warnings: string[] = [];
    const found = await engine.measure(
      { model, edits: edits('Rome') },
      { warn: (text) => warnings.push(text) },
    );
    expect(found.edits[0]?.asChat).toBeNull();
    expect(found.edits[0]?.generated.before).not.toBe('');
    expect(warnings.join('\n')).toMatch(/^Not measured as chat: .*line 2/m);
  });
});
