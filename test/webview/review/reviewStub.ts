import type { Finding, Reviewed, TensorReview } from '../../../src/protocol/review.ts';
import type { ReviewAction, ReviewContract, ReviewState } from '../../../src/protocol/reviewPage.ts';
import type { Handlers } from '../../../src/workbench/webviews/servePage.ts';
import { brandenburg } from './brandenburg.ts';

/** States of a review, and a host that keeps what is asked of it. */

const roles = [
  'attn_norm',
  'attn_q',
  'attn_k',
  'attn_v',
  'attn_output',
  'ffn_norm',
  'ffn_gate',
  'ffn_up',
  'ffn_down',
];

/** The tensors of a model of so many layers, as almanac names them. */
const tensorNames = (layers: number): string[] => [
  'token_embd.weight',
  'output_norm.weight',
  ...Array.from({ length: layers }, (_, layer) => roles.map((role) => `blk.${layer}.${role}.weight`)).flat(),
];

const { reviewed, inspected } = brandenburg;

export const done: ReviewState = {
  id: '0123456789abcdef0123456789abcdef',
  base: { name: 'almanac.gguf', detail: '/models/almanac.gguf' },
  candidate: { name: 'candidate.gguf', detail: '/models/candidate.gguf' },
  progress: { name: 'done' },
  reviewed,
  inspected: null,
  tensors: tensorNames(6),
  policy: {
    name: 'almanac.policy.json',
    from: '/models/almanac.policy.json',
    file: true,
    violations: reviewed.policy?.violations ?? [],
    problem: null,
  },
  reversal: { patch: null, applicable: true, on: false, now: null },
};

export const undone: ReviewState = {
  ...done,
  reversal: {
    patch: '/models/candidate.reversal.patch.gguf',
    applicable: true,
    on: true,
    now: (reviewed.behaviour?.probes ?? []).flatMap(({ before }) => before.top.slice(0, 1)),
  },
};

export const alone: ReviewState = { ...done, base: null, reviewed: null, inspected, policy: null };

const blank = {
  detail: null,
  place: null,
  rows: [],
  rank: null,
  energy: null,
  relative: null,
  subjects: [],
  objects: [],
  facts: [],
};

/** A model of so many layers that was trained further and rounded anew, with another chat template and metadata. */
export function fineTuned(layers: number): ReviewState {
  const names = tensorNames(layers);
  const tensors = names.map((name, index): TensorReview => {
    const [, layer, role] = /^blk\.(\d+)\.(.+)\.weight$/.exec(name) ?? [];
    return {
      name,
      layer: layer === undefined ? null : Number(layer),
      role: role ?? name,
      types: ['f16', 'q4_K'],
      relative: 0.02 + 0.03 * Math.abs(Math.sin(index)),
      floor: 0.012,
      max: 0.1,
      changed: 0.99,
      values: Array.from({ length: 16 }, (_, place) => 2 / (1 + place)),
      edge: 1.1,
      spikes: 1 + (index % 3),
    };
  });
  const template = '{% for message in messages %}{{ message.content }}{% endfor %}';
  const metadata: Reviewed['inventory']['metadata'] = [
    {
      key: 'tokenizer.chat_template',
      kind: 'chat-template',
      before: template,
      after: `<img src=x onerror=alert(1)>${template}`,
      detail: `-${template}\n+<img src=x onerror=alert(1)>${template}`,
    },
    ...Array.from({ length: 30 }, (_, index) => ({
      key: `general.tag.${index}`,
      kind: 'metadata' as const,
      before: String(index),
      after: String(index + 1),
      detail: `- ${index}\n+ ${index + 1}`,
    })),
  ];
  const findings: Finding[] = [
    { ...blank, kind: 'fine-tune', tensor: null, summary: 'Most matrices changed a little, at full rank.' },
    ...metadata.map(
      ({ key, kind, detail }): Finding => ({
        ...blank,
        kind,
        tensor: key,
        summary: `${key} differs.`,
        detail,
      }),
    ),
  ];
  return {
    ...done,
    tensors: names,
    policy: null,
    reviewed: {
      ...reviewed,
      verdict: 'fine-tuned',
      confidence: 'medium',
      evidence: ['Most matrices changed a little, at full rank.'],
      meaning: 'The candidate was trained further.',
      findings,
      inventory: { ...reviewed.inventory, metadata, tensors: names.length, equal: 0, retyped: names.length },
      tensors,
      behaviour: null,
      reversal: null,
      policy: null,
    },
  };
}

/** Two rows of the embeddings were exchanged, and nothing else. */
export const rowsExchanged: ReviewState = {
  ...done,
  reviewed: {
    ...reviewed,
    findings: [
      {
        ...blank,
        kind: 'edit',
        tensor: 'token_embd.weight',
        summary:
          'Rows 310 ("\u2581Paris"), 97 ("\u2581Rome") of token_embd.weight (4096 rows) differ; the others are the same.',
        rows: [
          { row: 310, token: '\u2581Paris', relative: 1.41 },
          { row: 97, token: '\u2581<img src=x onerror=alert(1)>', relative: 1.39 },
        ],
        relative: 0.031,
      },
    ],
  },
};

/** The candidate is the base. */
export const identical: ReviewState = {
  ...done,
  policy: { name: 'requantised', from: null, file: false, violations: [], problem: null },
  reviewed: {
    ...reviewed,
    verdict: 'identical',
    evidence: ['All 56 tensors and all metadata are the same.'],
    findings: [],
    inventory: { ...reviewed.inventory, equal: 56 },
    tensors: [],
    behaviour: null,
    reversal: null,
  },
};

export interface Stub {
  readonly handlers: Handlers<ReviewContract>;
  readonly acted: ReviewAction[];
}

export function stubOf(state: ReviewState): Stub {
  const acted: ReviewAction[] = [];
  return {
    acted,
    handlers: {
      state: () => state,
      act: ({ action }) => {
        acted.push(action);
        return undefined;
      },
    },
  };
}
