import type { ComparedEdit, EditsTableState } from '../../../src/protocol/editsTable.ts';

const values = {
  es: 1,
  ps: 0.8,
  ns: 0.92,
  score: 0.9,
  esStrict: 1,
  psStrict: 0.6,
  nsStrict: 0.9,
  driftKl: 0.0066,
};

const eiffel: ComparedEdit = {
  key: 'file:///almanac.edits.json#eiffel',
  id: 'eiffel',
  fact: 'The Eiffel Tower: Paris → Rome',
  state: 'applied',
  stateName: 'on at 1',
  wished: true,
  method: 'rome-several-keys',
  layer: 2,
  relativeNorm: 0.757,
  measured: {
    values,
    outcome: {
      level: 'partly',
      sentence:
        'Works: Rome 97.8 %. 2 of 2 other facts of The Eiffel Tower changed, 0 of 3 neighbors; 1 of 5 paraphrases gives another answer.',
    },
    measuredWith: 'alone at 1',
    otherState: null,
  },
};

export const fourEdits: readonly ComparedEdit[] = [
  eiffel,
  {
    ...eiffel,
    ...{ key: 'pitti', id: 'pitti', fact: 'The Pitti Palace: Florence → Kyoto', stateName: 'on at .5' },
    measured: eiffel.measured && {
      ...eiffel.measured,
      values: { ...values, ps: 0.2, driftKl: 0.4 },
      otherState: 'measured alone at 1, now .5 with 1 other',
    },
  },
  {
    ...eiffel,
    ...{
      key: 'prado',
      id: 'prado',
      fact: 'The Prado: Madrid → Lima',
      state: 'computed',
      stateName: 'computed, off',
    },
    ...{ wished: false, method: 'memit', layer: 3 },
    measured: eiffel.measured && {
      ...eiffel.measured,
      values: { ...values, es: 0, ps: null },
      outcome: { level: 'fails', sentence: 'Does not work: Madrid 60.0 %, Lima 12.0 %.' },
    },
  },
  {
    ...eiffel,
    ...{ key: 'alba', id: 'alba', fact: '=Alba: A → B', state: 'not-computed', stateName: 'not computed' },
    ...{ wished: false, method: null, layer: null, relativeNorm: null, measured: null },
  },
];

export const table: EditsTableState = { file: 'almanac.edits.json', edits: fourEdits };
