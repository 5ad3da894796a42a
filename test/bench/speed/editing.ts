import { EditSession } from '../../../src/engine/editing/session/session.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import type { Edit } from '../../../src/protocol/edits.ts';
import { median, timed } from '../statistics.ts';
import type { Figure } from './figure.ts';
import { PlainDecode } from './plainDecode.ts';
import { computeOne, promptsOf } from './setup.ts';

/** The parts of an edit, as a computed edit reports them. */
const parts = {
  keys: 'keys: prefixes, trace',
  twin: 'twin: build, check',
  value: 'value: all steps',
  solve: 'solve',
} as const;
type Part = keyof typeof parts;

/** One edit beside the plain decodes of its prompts right before and after it. In milliseconds. */
interface Sample {
  readonly decode: number;
  readonly whole: number;
  readonly steps: readonly number[];
  readonly parts: Readonly<Record<Part, number>>;
}

/** Whole edits and their parts as multiples of a plain decode; covariance, templates and transposed copies at hand. */
export async function editFigures(
  session: EditSession,
  edits: readonly Edit[],
  decodes: number,
): Promise<Figure[]> {
  const { model, devices } = session;
  const [first] = edits;
  if (first === undefined) throw new Error('no edits to time');
  await computeOne(session, first);
  using plain = await PlainDecode.fastest(model, await promptsOf(session, first), devices.threads);
  const samples: Sample[] = [];
  const tokens: number[] = [];
  for (const edit of edits) {
    const prompts = await promptsOf(session, edit);
    tokens.push(prompts.tokens);
    const before = await plain.times(prompts, decodes);
    const { milliseconds, result } = await timed(() => computeOne(session, edit));
    const after = await plain.times(prompts, decodes);
    const [computed] = result.edits.map((one) => one.computed);
    if (computed === undefined) throw new Error('an edit was asked for and none computed');
    samples.push({
      decode: median([...before, ...after]),
      whole: milliseconds,
      steps: computed.steps.map((step) => step.milliseconds),
      parts: computed.times,
    });
  }
  const perEdit = (what: string, read: (sample: Sample) => number, most?: number): Figure => ({
    what,
    unit: 'ms',
    values: samples.map(read),
    ratios: samples.map((sample) => read(sample) / sample.decode),
    ...(most !== undefined && { aim: { of: 'ratio', most } }),
  });
  const attention = plain.flashAttention ? 'flash attention' : 'no flash attention';
  return [
    perEdit(
      `plain decode of an edit's prompts (${median(tokens)} tokens, ${attention}, F16 cache)`,
      ({ decode }) => decode,
    ),
    perEdit('value step', ({ steps }) => median(steps), 1.5),
    { what: 'value steps an edit', unit: '', values: samples.map(({ steps }) => steps.length) },
    perEdit('whole edit', ({ whole }) => whole, 20),
    ...Object.entries(parts).map(([part, what]) =>
      perEdit(
        `  ${what}`,
        (sample) => Object.entries(sample.parts).find(([name]) => name === part)?.[1] ?? Number.NaN,
      ),
    ),
    perEdit(
      '  the rest',
      ({ whole, parts }) => whole - Object.values(parts).reduce((sum, time) => sum + time, 0),
    ),
  ];
}

/** What a session's first edit takes beyond later ones, whose transposed copies are there. */
export async function copiesFigure(
  model: Model,
  edit: Edit,
  threads: number,
  times: number,
): Promise<Figure> {
  const values: number[] = [];
  for (let i = 0; i < times; i++) {
    using session = await EditSession.open(model, threads);
    const twin = async () =>
      (await computeOne(session, edit, { steps: 0 })).edits[0]?.computed.times.twin ?? Number.NaN;
    const first = await twin();
    values.push((first - (await twin())) / 1000);
  }
  return { what: 'transposed copies, once a session', unit: 's', values };
}
