import { describe, expect, it } from 'vitest';
import { hyperparametersFrom } from '../../../src/cli/hyperparameters.ts';
import { parseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { inCommon } from '../../../src/engine/editing/hyperparameters/inCommon.ts';
import { checkedWishes } from '../../../src/engine/editing/hyperparameters/wishes.ts';
import {
  HYPERPARAMETERS,
  hyperparameterEntry,
  hyperparametersOf,
} from '../../../src/protocol/hyperparameterEntries.ts';
import { foreignTo, Hyperparameters, ofMethod } from '../../../src/protocol/hyperparameters.ts';
import { METHODS } from '../../../src/protocol/methods.ts';

describe('the table', () => {
  it('says of each what it is, where its default comes from and whose it is', () => {
    for (const name of HYPERPARAMETERS) {
      const { meaning, source, methods } = hyperparameterEntry(name);
      expect(meaning).toMatch(/^\S.*\.$/);
      expect(source).toMatch(/\S/);
      expect(methods.length).toBeGreaterThan(0);
    }
    for (const method of METHODS) expect(hyperparametersOf(method)).not.toEqual([]);
  });

  it('has defaults within the ranges that the schema takes from it', () => {
    expect(Hyperparameters.parse(defaults)).toEqual(defaults);
    expect(Object.keys(defaults).toSorted()).toEqual(HYPERPARAMETERS.toSorted());
    expect(Hyperparameters.safeParse({ ...defaults, steps: 0 }).success).toBe(false);
    expect(Hyperparameters.safeParse({ ...defaults, steps: 1.5 }).success).toBe(false);
    expect(Hyperparameters.safeParse({ ...defaults, templates: [[64, 5]] }).success).toBe(false);
    expect(
      Hyperparameters.safeParse({
        ...defaults,
        templates: [
          [40, 5],
          [40, 5],
        ],
      }).success,
    ).toBe(false);
  });

  it('gives a method its own', () => {
    expect(Object.keys(ofMethod('dinm', defaults))).toEqual([
      'dinmSteps',
      'dinmRate',
      'dinmEdit',
      'dinmTokens',
      'dinmSuffix',
      'dinmLayer',
      'dinmHeld',
    ]);
    expect(ofMethod('rome', { keyRidge: 1, steps: 3 })).toEqual({ steps: 3 });
    expect(foreignTo(['rome', 'emmet'], 'keyRidge')).toBeUndefined();
  });
});

describe('wishes', () => {
  it('takes what one of the methods has', () => {
    expect(checkedWishes({ steps: 3, fineTuneBound: 1e-3 }, ['rome', 'ft-l'])).toEqual({
      steps: 3,
      fineTuneBound: 1e-3,
    });
  });

  it.each([
    [
      { stepz: 3 },
      /^"stepz" \(did you mean "steps"\?\) is no hyperparameter of ROME; there are steps, learningRate, /,
    ],
    [{ preserve: 1 }, /^"preserve" is no hyperparameter of ROME; there are steps, /],
    [{ steps: 'many' }, /^The hyperparameter steps must be a number, not text in double quotes\.$/],
    [{ clamp: 0 }, /^The hyperparameter clamp must be at least 0\.01\.$/],
    [{ templates: [[1]] }, /^The hyperparameter templates\[0\]/],
  ])('refuses %j in a sentence', (given, sentence) => {
    expect(() => checkedWishes(given, ['rome'])).toThrow(sentence);
  });
});

describe('on the command line', () => {
  it('takes JSON values, the last of a name', async () => {
    expect(await hyperparametersFrom({})).toBeUndefined();
    expect(await hyperparametersFrom({ set: ['steps=3', 'templates=[[1,2]]', 'steps = 4'] })).toEqual({
      steps: 4,
      templates: [[1, 2]],
    });
  });

  it('takes the names of choices without quotes', async () => {
    expect(await hyperparametersFrom({ set: ['rateIn=value', 'stopOn="loss"'] })).toEqual({
      rateIn: 'value',
      stopOn: 'loss',
    });
  });

  it.each([['steps'], ['steps='], ['=3'], ['steps=many']])('refuses --set %s', async (setting) => {
    await expect(hyperparametersFrom({ set: [setting] })).rejects.toThrow(/--set /);
  });
});

describe('in an edits file', () => {
  const edit = { id: 'a', prompt: 'Paris is in', subject: 'Paris', target: { new: 'Spain' } };
  const file = (more: object, ...edits: object[]) => JSON.stringify({ ...more, edits });

  it('stands on the file or on an edit', () => {
    const text = file({ hyperparameters: { steps: 3 } }, { ...edit, hyperparameters: { clamp: 2 } });
    const { hyperparameters, edits } = parseEdits(text, 'x');
    expect(hyperparameters).toEqual({ steps: 3 });
    expect(edits[0]?.hyperparameters).toEqual({ clamp: 2 });
  });

  it.each([
    [
      file({}, { ...edit, hyperparameters: { spread: 2 } }),
      /edits\[0\]\.hyperparameters\.spread: is no hyperparameter of ROME over several keys; there are steps, /,
    ],
    [
      file({ method: 'ft-m', hyperparameters: { clamp: 2 } }, edit),
      /hyperparameters\.clamp: is no hyperparameter of FT-M; there are steps, /,
    ],
    [
      file({}, { ...edit, hyperparameters: { stepz: 2 } }),
      /edits\[0\]\.hyperparameters\.stepz: is not a known key; did you mean "steps"/,
    ],
    [file({ hyperparameters: { kl: -1 } }, edit), /hyperparameters\.kl: must be at least 0/],
  ])('is refused where it does not fit', (text, sentence) => {
    expect(() => parseEdits(text, 'x')).toThrow(sentence);
  });

  it('may be of any method that an edit of the file names', () => {
    const text = file({ hyperparameters: { spread: 2, steps: 3 } }, edit, {
      ...edit,
      id: 'b',
      method: 'memit',
    });
    expect(parseEdits(text, 'x').hyperparameters).toEqual({ spread: 2, steps: 3 });
  });
});

it('says what edits have in common once', () => {
  const { common, own } = inCommon([{ steps: 1, clamp: 2 }, { steps: 1, clamp: 3, kl: 4 }, {}]);
  expect(common).toEqual({ steps: 1, clamp: 2, kl: 4 });
  expect(own).toEqual([{}, { clamp: 3 }, {}]);
});
