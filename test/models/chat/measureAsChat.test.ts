import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { Engine } from '../../../src/engine/engine.ts';
import { almanac, smollm2, withSmollm2 } from '../models.ts';
import { withTemplate } from './withTemplate.ts';

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
    const model = await withTemplate(folder, '{{ messages[0].content }}\n{{ raise_exception("never") }}');
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
