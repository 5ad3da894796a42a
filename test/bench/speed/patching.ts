import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writePatch } from '../../../src/engine/editing/patches/writePatch.ts';
import type { EditSession } from '../../../src/engine/editing/session/session.ts';
import { ProbeContext } from '../../../src/engine/inspection/probeContext.ts';
import { promptTokens } from '../../../src/engine/inspection/targetTokens.ts';
import { Adapter } from '../../../src/engine/llama/adapter.ts';
import { TokenBatch } from '../../../src/engine/llama/batch.ts';
import type { Edit } from '../../../src/protocol/edits.ts';
import { timed } from '../statistics.ts';
import type { Figure } from './figure.ts';
import { computeOne } from './setup.ts';

/** Loading, applying and reverting a patch beside a loaded model, and what the model says afterwards. */
export async function patchFigures(session: EditSession, edit: Edit, times: number): Promise<Figure[]> {
  const { model } = session;
  const { contents } = await computeOne(session, edit);
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-bench-'));
  try {
    const file = path.join(folder, 'edit.patch.gguf');
    await writePatch(model.runtime, file, contents, session.files.paths);
    using context = new ProbeContext(model, { threads: session.devices.threads });
    const batch = new TokenBatch(TokenBatch.sequence(promptTokens(model, edit.prompt)));
    const decode = async () => {
      context.clear();
      const { milliseconds } = await timed(() => context.decode(batch));
      return { milliseconds, logits: context.logits(batch.length - 1) };
    };
    const base = (await decode()).logits;
    const cycle = async () => {
      const load = await timed(() => Adapter.load(model, file));
      using adapter = load.result;
      const before = await decode();
      const apply = await timed(() => context.setAdapters([{ adapter, strength: 1 }]));
      const first = await decode();
      if (differing(first.logits, base) === 0)
        throw new Error('the patch changes nothing, so nothing is shown');
      const revert = await timed(() => context.setAdapters([]));
      const after = await decode();
      return { load, apply, revert, before, first, residue: differing(after.logits, base) };
    };
    const samples: Awaited<ReturnType<typeof cycle>>[] = [];
    for (let i = 0; i < times; i++) samples.push(await cycle());
    const { size } = await stat(file);
    const values = (read: (sample: (typeof samples)[number]) => number) => samples.map(read);
    const aim = { of: 'value', most: 1 } as const;
    return [
      { what: 'patch: load', unit: 'ms', values: values(({ load }) => load.milliseconds) },
      { what: 'patch: apply', unit: 'ms', values: values(({ apply }) => apply.milliseconds), aim },
      { what: 'patch: revert', unit: 'ms', values: values(({ revert }) => revert.milliseconds), aim },
      {
        what: `patch: first decode of ${batch.length} tokens after applying (ratio to without)`,
        unit: 'ms',
        values: values(({ first }) => first.milliseconds),
        ratios: values(({ first, before }) => first.milliseconds / before.milliseconds),
      },
      { what: 'patch: file', unit: 'KB', values: [size / 1024] },
      {
        what: 'logits that are not bitwise the same after reverting',
        unit: '',
        values: values(({ residue }) => residue),
        aim: { of: 'value', most: 0 },
      },
    ];
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function differing(a: Float32Array, b: Float32Array): number {
  let count = 0;
  for (let i = 0; i < a.length; i++) if (!Object.is(a[i], b[i])) count++;
  return count;
}
