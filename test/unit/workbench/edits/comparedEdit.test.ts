import { expect, test } from 'vitest';
import { counterfact } from '../../../../src/engine/measures/counterfact.ts';
import { easyEdit } from '../../../../src/engine/measures/easyedit.ts';
import { generationMatch } from '../../../../src/engine/measures/generationMatch.ts';
import { strict } from '../../../../src/engine/measures/strict.ts';
import type { MeasuredEdit } from '../../../../src/protocol/editing.ts';
import { maxDrift } from '../../../../src/protocol/outcome.ts';
import type { EditEntry } from '../../../../src/workbench/edits/editEntry.ts';
import { comparedEdit } from '../../../../src/workbench/edits/table/comparedEdit.ts';
import { comparison, reading } from '../../measures/fixtures.ts';

const patch = '/a.patches/eiffel.patch.gguf';
const entry = {
  ...{ key: 'k', id: 'eiffel', patch, state: 'applied', strength: 0.5, wished: true, steps: [] },
  edit: { id: 'eiffel', prompt: 'p', subject: 'Eiffel Tower', target: { new: 'Rome', true: 'Paris' } },
} as unknown as EditEntry;

const probes = [comparison('eiffel', 'efficacy', reading(5, 1), reading(1, 5, 1), { passedAfter: true })];
const edit: MeasuredEdit = {
  ...{ id: 'eiffel', subject: 'Eiffel Tower', es: 1, ps: null, ns: null, score: null, driftKl: 0.2 },
  state: {
    ...{ base: '', asked: 'text', thresholds: { answerTokens: 10, driftKl: maxDrift } },
    patches: [{ path: patch, digest: '', strength: 1 }],
  },
  ...{
    generationMatch: true,
    generated: { before: '', after: '' },
    asChat: null,
    asText: null,
    edit: null,
    probes,
  },
};
const summary = {
  counterfact: counterfact([probes]),
  strict: strict([probes]),
  easyEdit: easyEdit([probes]),
  generationMatch: generationMatch([], 10),
  ...{ chatMatch: null, textMatch: null, fluency: null },
  drift: { protocol: '', n: 9, meanKl: 0.2, maxKl: 1, perplexityBefore: 2, perplexityAfter: 3, sameTop: 0.9 },
};

test('a row has what made the edit, its measures, and the state that they hold for', () => {
  const otherState = 'measured alone at 1, now alone at .5';
  const row = comparedEdit(
    { ...entry, measured: { edit, summary }, otherState },
    { edits: [], layer: 2 },
    undefined,
  );
  expect(row).toMatchObject({
    fact: 'Eiffel Tower: Paris → Rome',
    ...{ stateName: 'on at .5', wished: true, method: null, layer: 2, relativeNorm: null },
    measured: {
      values: {
        es: 1,
        ps: null,
        ns: null,
        score: null,
        esStrict: 1,
        psStrict: null,
        nsStrict: null,
        driftKl: 0.2,
      },
      outcome: { level: 'partly' },
      measuredWith: 'alone at 1',
      otherState,
    },
  });
});

test('without a measurement there are no numbers', () => {
  expect(comparedEdit(entry, undefined, undefined).measured).toBeNull();
});
