import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { AttentionComparison } from '../../../src/protocol/attention.ts';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import type {
  InspectedEdit,
  InspectorAction,
  InspectorContract,
  InspectorState,
  KnownPrompt,
  Measurement,
  SavedFile,
} from '../../../src/protocol/inspector.ts';
import { shownPrompt } from '../../../src/protocol/promptWords.ts';
import type { Handlers } from '../../../src/workbench/webviews/servePage.ts';
import { eiffel } from './eiffel.ts';

/** States of the inspector, and a host that answers from what the engine once said. */

const prompt = 'The Eiffel Tower is located in the city of';

export const eiffelEdit: InspectedEdit = {
  key: 'file:///almanac.edits.json#the-eiffel-tower',
  subject: 'The Eiffel Tower',
  targetNew: 'Rome',
  targetTrue: 'Paris',
  state: 'applied',
  id: 'the-eiffel-tower',
  file: 'almanac.edits.json',
  prompt,
  detail: null,
  report: eiffel.report,
  made: null,
  hyperparameters: eiffel.report.hyperparameters,
  steps: eiffel.report.steps,
  measurement: 1,
  strength: 1,
  measuredWith: 'alone at 1',
  otherState: null,
  proof: null,
};

export const uncomputed: InspectedEdit = {
  ...eiffelEdit,
  state: 'not-computed',
  report: null,
  hyperparameters: null,
  steps: [],
  measurement: null,
  strength: null,
  measuredWith: null,
};

export const ready: InspectorState = {
  model: {
    path: '/models/almanac.gguf',
    name: 'almanac.gguf',
    layers: 6,
    base: true,
    state: 'ready',
    stage: null,
    fraction: null,
    error: null,
  },
  crash: null,
  edits: [
    eiffelEdit,
    {
      key: 'file:///almanac.edits.json#the-pitti-palace',
      subject: 'The Pitti Palace',
      targetNew: 'Kyoto',
      targetTrue: 'Florence',
      state: 'not-computed',
    },
  ],
  edit: eiffelEdit,
  change: { label: 'the-eiffel-tower', stamp: '1' },
  asked: null,
};

export interface Stub {
  readonly handlers: Handlers<InspectorContract>;
  readonly acted: InspectorAction[];
  readonly revealed: KnownPrompt[];
  readonly saved: SavedFile[];
}

/** A host in a state. What the page asks of it is kept to be looked at. */
export function stubOf(state: InspectorState, answers: Partial<Handlers<InspectorContract>> = {}): Stub {
  const [acted, revealed, saved]: [InspectorAction[], KnownPrompt[], SavedFile[]] = [[], [], []];
  const generated = { tokens: 12, ended: true };
  const handlers: Handlers<InspectorContract> = {
    state: () => state,
    select: () => undefined,
    act: ({ action }) => {
      acted.push(action);
      return undefined;
    },
    prompts: () =>
      eiffel.measurement.edit.probes.map(({ probe }) => ({
        kind: probe.kind,
        prompt: shownPrompt(probe.prompt),
      })),
    measurement: () => eiffel.measurement,
    activations: () => eiffel.activations,
    cell: ({ layer }) => ({
      neurons: [3, 1, 4, 1.5, 0.9].map((activation, index) => ({
        neuron: 100 + index * layer,
        before: { activation, written: 1, promotes: [] },
        after: { activation: index === 2 ? -4.2 : activation, written: 1, promotes: [] },
        moved: 0,
      })),
      lens: eiffel.lens,
    }),
    lens: () => eiffel.lens,
    heads: () => eiffel.attention,
    head: ({ head }) => headOf(eiffel.attention, head),
    neurons: ({ position }) => ({ ...eiffel.neurons, position: position ?? eiffel.neurons.position }),
    trace: () => eiffel.trace,
    attribute: () => eiffel.attribution,
    generate: ({ inContext }, { onEvent }) => {
      onEvent({ side: 'before', text: ' Paris. It is' });
      onEvent({ side: 'after', text: ' Rome. It is' });
      return {
        before: { ...generated, text: ' Paris. It is in the country of France.' },
        after: { ...generated, text: ' Rome. It is in the country of Italy.' },
        inContext: inContext ? { ...generated, text: ' Rome, as the fact says.' } : null,
      };
    },
    strength: ({ strength }) => ({
      strength,
      others: 0,
      rows: [
        {
          ...{ kind: 'efficacy', prompt, kl: strength },
          before: { token: ' Paris', id: 1, p: 0.99 },
          after: strength < 0.75 ? { token: ' Paris', id: 1, p: 0.6 } : { token: ' Rome', id: 2, p: 0.9 },
        },
      ],
    }),
    applyAt: () => undefined,
    reveal: (place) => {
      revealed.push(place);
      return undefined;
    },
    save: (file) => {
      saved.push(file);
      return undefined;
    },
    ...answers,
  };
  return { handlers, acted, revealed, saved };
}

/** One head of a comparison that holds all. */
export function headOf(all: AttentionComparison, head: number): AttentionComparison {
  const size = all.side ** 2;
  const [from, to] = [head * size, (head + 1) * size];
  return { ...all, head, before: all.before.slice(from, to), after: all.after.slice(from, to) };
}

/** The measurement with so many probes, all of its kinds in their shares; one in five changes. */
export function measurementOf(count: number): Measurement {
  const known = eiffel.measurement.edit.probes;
  const probes = Array.from({ length: count }, (_, index) => {
    const probe = known[index % known.length];
    if (probe === undefined) throw new Error('the sample has no probes');
    return {
      ...probe,
      probe: { ...probe.probe, prompt: `${index}: ${probe.probe.prompt}` },
      kl: probe.kl + index / count,
      changed: index % 5 === 0,
    };
  });
  return { ...eiffel.measurement, edit: { ...eiffel.measurement.edit, probes } };
}

/** Norms of a model and a prompt of any size, with a NaN and both infinities among them. */
export function activationsOf(layers: number, tokens: number): ActivationComparison {
  const norms = (phase: number) =>
    Float32Array.from({ length: layers * tokens }, (_, index) => {
      const [layer, token] = [Math.floor(index / tokens), index % tokens];
      return 20 + layer + 12 * Math.sin(token / 9 + phase) * Math.cos(layer / 7);
    });
  const streams = (phase: number) => ({
    residual: norms(phase),
    attention: norms(phase + 1),
    mlp: norms(phase + 2),
  });
  const [before, after] = [streams(0), streams(0.2)];
  const distance = (stream: keyof typeof before) =>
    after[stream].map((value, index) => Math.abs(value - (before[stream][index] ?? 0)));
  after.residual.set([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY], tokens + 2);
  return {
    tokens: Array.from({ length: tokens }, (_, id) => ({ id, text: id % 7 === 0 ? '\n' : ` tok${id}` })),
    layers,
    before,
    after,
    change: { residual: distance('residual'), attention: distance('attention'), mlp: distance('mlp') },
  };
}

/** A trace of a model and a prompt of any size, its first three tokens the subject. */
export function traceOf(layers: number, tokens: number): CausalTrace {
  const effects = (phase: number) =>
    Array.from({ length: layers }, (_, layer) =>
      Array.from({ length: tokens }, (_, token) => Math.sin(token / 40 + phase) ** 4 * (layer / layers)),
    );
  return {
    ...eiffel.trace.before,
    tokens: Array.from({ length: tokens }, (_, id) => ({ id, text: ` tok${id}` })),
    layers,
    subject: { first: 0, last: 2 },
    indirect: { residual: effects(0), mlp: effects(1), attention: effects(2) },
  };
}

/** Attention that fades with the distance, the same before and after. */
export function attentionOf(tokens: number, heads: number, side: number): AttentionComparison {
  const weights = Float32Array.from({ length: heads * side * side }, (_, index) => {
    const [reading, read] = [Math.floor(index / side) % side, index % side];
    return read > reading ? 0 : 1 / (1 + reading - read);
  });
  return {
    tokens: Array.from({ length: tokens }, (_, id) => ({ id, text: ` tok${id}` })),
    layer: 3,
    heads: 32,
    head: heads === 1 ? 0 : null,
    side,
    before: weights,
    after: weights,
  };
}
