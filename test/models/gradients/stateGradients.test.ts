import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { type Asked, StateGradients } from '../../../src/engine/gradients/stateGradients.ts';
import { logProbability } from '../../../src/engine/inspection/nextToken.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { mapResidualStream, nodesIn, type ResidualMap } from '../../../src/engine/inspection/residualMap.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import type { Model } from '../../../src/engine/llama/model.ts';
import { STREAMS, type Stream } from '../../../src/protocol/streams.ts';
import { architectures } from '../tiny/architectures.ts';
import { TinyModels } from '../tiny/write.ts';

const models = new TinyModels();
afterAll(() => models[Symbol.dispose]());

const tokens = [1, 70, 80, 90, 100, 71];

/** A layer's state of a stream at a token. */
interface Cell {
  readonly stream: Stream;
  readonly layer: number;
  readonly token: number;
}

describe.each(Object.keys(architectures))('the gradients of every state of %s', (name) => {
  let model: Model;
  let session: EditSession;
  let states: StateGradients;
  let context: ProbeContext;
  let map: ResidualMap;
  beforeAll(async () => {
    model = await models.load(name);
    session = await EditSession.open(model, 1);
    states = await StateGradients.of(session, { sequences: [tokens], adapters: [] });
    context = new ProbeContext(model, { size: 256, threads: 1, tapped: true, cacheType: 'f32' });
    map = await mapResidualStream(context);
  });
  afterAll(() => {
    context.dispose();
    states[Symbol.dispose]();
    session[Symbol.dispose]();
    model.dispose();
  });

  /** What llama.cpp itself says where one state is moved while it computes. */
  async function asked({ token, as, after }: Asked, cell: Cell, move: Float64Array): Promise<number> {
    const [node] = nodesIn(
      map.layers[cell.layer] ?? { residual: map.final, attention: [], mlp: [], neurons: undefined },
      cell.stream,
    );
    if (node === undefined) throw new Error('no such state');
    context.clear();
    const batch = new TokenBatch(TokenBatch.sequence(tokens, { wants: () => true }));
    await context.tap?.during(
      {
        wants: ({ index }) => index === node.index,
        visit(tapped) {
          const start = cell.token * move.length;
          const own = tapped.read(start, move.length);
          tapped.write(
            own.map((x, i) => x + (move[i] ?? Number.NaN)),
            start,
          );
        },
      },
      () => context.decode(batch),
    );
    const rows = after === 'last' ? [tokens.length - 1] : [...tokens.keys()];
    return rows.reduce((sum, row) => {
      const next = context.next(row);
      return sum + (as === 'logP' ? logProbability(next, token) : (next.logits[token] ?? Number.NaN));
    }, 0);
  }

  it.each([
    { token: 77, as: 'logP', after: 'last' },
    { token: 101, as: 'logit', after: 'all' },
  ] as const)('are those of llama.cpp by central differences: $as after $after', async (question) => {
    const { states: all } = await states.evaluate(question);
    const width = model.embedding;
    for (const stream of STREAMS) {
      for (const layer of map.layers.keys()) {
        const token = (2 + layer) % (tokens.length - 1);
        for (const at of [token, tokens.length - 1]) {
          const read = all[stream][layer];
          const gradient = Float64Array.from(read?.gradient.subarray(at * width, (at + 1) * width) ?? []);
          const size = Math.hypot(...gradient);
          const length = Math.hypot(...(read?.values.subarray(at * width, (at + 1) * width) ?? []));
          const cell = { stream, layer, token: at };
          if (size * length < 1e-5) continue;
          // a long step rides over the stairs of rounding, a short one stays with the experts that were chosen
          const errors: number[] = [];
          for (const share of [1e-3, 5e-3, 2e-2, 5e-2]) {
            const step = share * length;
            const along = (sign: number) => gradient.map((g) => (sign * step * g) / size);
            const up = await asked(question, cell, along(1));
            const down = await asked(question, cell, along(-1));
            errors.push(Math.abs((up - down) / (2 * step) - size) / size);
          }
          const error = Math.min(...errors);
          expect(error, `${stream} of layer ${layer} at ${at}`).toBeLessThan(0.02);
        }
      }
    }
  });

  it('are none where a state cannot reach the last token', async () => {
    const { states: all } = await states.evaluate({ token: 77, as: 'logP', after: 'last' });
    for (const stream of STREAMS) {
      const last = all[stream].at(-1)?.gradient ?? new Float32Array();
      const before = last.subarray(0, (tokens.length - 1) * model.embedding);
      expect(before.every((value) => value === 0)).toBe(true);
      expect(last.some((value) => value !== 0)).toBe(true);
    }
  });
});
