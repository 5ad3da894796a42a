import { expect, it } from 'vitest';
import { htmlReport } from '../../../src/engine/review/reports/html.ts';
import { markdownReport } from '../../../src/engine/review/reports/markdown.ts';
import { sarifReport } from '../../../src/engine/review/reports/sarif.ts';
import type { Reviewed } from '../../../src/protocol/review.ts';
import { reviewed, rewrittenRow } from './reviewed.ts';

/** Whole reports as people and other tools read them: a line that is missing, doubled or elsewhere is seen. */

const edited = reviewed();
const [finding] = edited.findings;
const [tensor] = edited.tensors;
const [probe] = edited.behaviour?.probes ?? [];
if (finding === undefined || tensor === undefined || probe === undefined || edited.behaviour === null) {
  throw new Error('the review has neither finding, tensor nor probe');
}

const everything: Reviewed = {
  ...edited,
  findings: [
    finding,
    rewrittenRow(),
    {
      ...finding,
      tensor: null,
      kind: 'metadata',
      summary: 'general.name',
      ...{ relative: null, rank: null, energy: null, subjects: [], objects: [], facts: [] },
    },
    {
      ...finding,
      tensor: 'tokenizer.chat_template',
      kind: 'chat-template',
      summary: 'The chat template changed',
      detail: '-a\n+b',
      place: { line: 3, column: 5 },
      ...{ relative: null, rank: null, energy: null, subjects: [], objects: [], facts: [] },
    },
    { ...finding, tensor: 'blk.1.ffn_down.weight', objects: [], facts: [] },
  ],
  tensors: [
    tensor,
    { ...tensor, name: 'blk.0.ffn_down.weight', layer: 0, spikes: 0, relative: 1e-5, values: [1, 1, 1] },
    { ...tensor, name: 'blk.2.attn_q.weight', role: 'attn_q', spikes: 3, relative: 5, edge: null },
    { ...tensor, name: 'output.weight', layer: null, role: 'output', relative: 0.001 },
    { ...tensor, name: 'token_embd.weight', layer: null, role: 'token_embd', spikes: 0, relative: 0 },
  ],
  behaviour: {
    ...edited.behaviour,
    probes: [probe, { ...probe, before: { top: [] }, after: { top: [] }, kl: 0, changed: false }],
  },
};
const bare: Reviewed = {
  ...edited,
  verdict: 'identical',
  findings: [],
  tensors: [],
  behaviour: null,
  reversal: null,
  policy: null,
  moved: null,
};
const passed: Reviewed = {
  ...everything,
  policy: { passed: true, violations: [] },
  findings: Array.from({ length: 60 }, (_, index) => ({
    ...finding,
    tensor: `blk.${index}.ffn_down.weight`,
  })),
  reversal: edited.reversal && { ...edited.reversal, path: null, whole: true, measured: null },
};

it.each(Object.entries({ everything, bare, passed }))('a review: %s', async (name, review) => {
  await expect(htmlReport(review)).toMatchFileSnapshot(`reports/${name}.html.snap`);
  await expect(markdownReport(review)).toMatchFileSnapshot(`reports/${name}.md.snap`);
  if (review !== passed) await expect(sarifReport(review)).toMatchFileSnapshot(`reports/${name}.sarif.snap`);
});
