import { expect, test } from 'vitest';
import type { ModelEntry } from '../../../src/workbench/models/modelEntry.ts';
import { shownModel } from '../../../src/workbench/status/shownModel.ts';

const model = (path: string, state: ModelEntry['state'], on = 0): ModelEntry =>
  ({
    path,
    state,
    applied: Array.from({ length: on }, () => ({ path: 'p', strength: 1 })),
  }) as unknown as ModelEntry;

test('the base is shown, unless it rests while another model has patches on', () => {
  const other = model('/other.gguf', 'ready', 2);
  const shown = (base: ModelEntry | undefined) =>
    shownModel(base, base === undefined ? [other] : [base, other])?.path;
  expect(shown(model('/base.gguf', 'ready', 1))).toBe('/base.gguf');
  expect(shown(model('/base.gguf', 'ready'))).toBe('/other.gguf');
  expect(shown(model('/base.gguf', 'header'))).toBe('/other.gguf');
  expect(shown(model('/base.gguf', 'loading'))).toBe('/base.gguf');
  expect(shown(model('/base.gguf', 'failed'))).toBe('/base.gguf');
  expect(shown(undefined)).toBe('/other.gguf');
  expect(shownModel(model('/base.gguf', 'header'), [])).toBeUndefined();
});
