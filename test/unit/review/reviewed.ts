import type { Finding, Reviewed } from '../../../src/protocol/review.ts';

/** A review of an edited candidate, with what a hostile file could put into each text. */
export function reviewed(hostile = ''): Reviewed {
  return {
    verdict: 'edited',
    confidence: 'high',
    evidence: [`Only blk.2.ffn_down.weight${hostile} changed.`],
    findings: [
      {
        kind: 'edit',
        tensor: `blk.2.ffn_down.weight${hostile}`,
        summary: `rewritten${hostile}`,
        detail: null,
        place: null,
        rows: [],
        rank: 1,
        energy: 0.99,
        relative: 0.13,
        subjects: [{ text: `Eiffel Tower${hostile}`, score: 15 }],
        objects: [{ text: `Rome${hostile}`, score: 9 }],
        facts: [
          {
            subject: `Eiffel Tower${hostile}`,
            prompt: `Eiffel Tower${hostile} is in`,
            was: `Paris${hostile}`,
            says: `Rome${hostile}`,
            score: 9,
          },
        ],
      },
    ],
    meaning: 'It was edited.',
    base: { path: `/models/base${hostile}.gguf`, bytes: 10 },
    candidate: { path: `/models/candidate${hostile}.gguf`, bytes: 10 },
    inventory: {
      metadata: [],
      layout: [],
      hidden: [],
      added: [],
      removed: [],
      reshaped: [],
      tensors: 56,
      equal: 55,
      retyped: 0,
    },
    tensors: [
      {
        name: `blk.2.ffn_down.weight${hostile}`,
        layer: 2,
        role: `ffn_down${hostile}`,
        types: ['f16', 'f16'],
        relative: 0.13,
        floor: 0,
        max: 0.2,
        changed: 1,
        values: [9, 1, 0.9],
        edge: 1,
        spikes: 1,
      },
    ],
    behaviour: {
      probes: [
        {
          probe: { edit: 'traced', kind: 'text', prompt: `The tower${hostile} is in`, origin: 'tool' },
          before: { top: [{ token: ` Paris${hostile}`, id: 1, p: 0.9 }] },
          after: { top: [{ token: ` Rome${hostile}`, id: 2, p: 0.9 }] },
          kl: 3,
          agreement: 0,
          protocol: 'none',
          passedBefore: null,
          passedAfter: null,
          changed: true,
        },
      ],
      drift: {
        protocol: 'drift',
        n: 10,
        meanKl: 0.01,
        maxKl: 0.1,
        perplexityBefore: 9,
        perplexityAfter: 9,
        sameTop: 0.9,
      },
    },
    reversal: {
      path: `/undo${hostile}.patch.gguf`,
      tensors: ['blk.2.ffn_down.weight'],
      rank: 1,
      whole: false,
      measured: { probes: 5, restored: 1, klBefore: 5, klAfter: 1e-6, noise: { restored: 1, kl: 1e-7 } },
    },
    declared: null,
    policy: {
      passed: false,
      violations: [{ rule: 'allow', text: `not allowed${hostile}`, unmeasured: false }],
    },
    rebuilt: null,
    moved: { bytes: 41e6, of: 2e9, same: 39 },
    tool: 'palimpsest 0.1.0',
  };
}

/** A finding about single rows of a matrix. */
export function rewrittenRow(hostile = ''): Finding {
  return {
    kind: 'edit',
    tensor: `token_embd.weight${hostile}`,
    summary: `Row 7${hostile} differs`,
    detail: null,
    place: null,
    rows: [{ row: 7, token: `Paris${hostile}`, relative: 0.8 }],
    rank: null,
    energy: null,
    relative: 0.01,
    subjects: [],
    objects: [],
    facts: [],
  };
}
