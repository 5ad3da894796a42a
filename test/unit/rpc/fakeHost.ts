import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { CancelledError, EngineError, InputError } from '../../../src/engine/errors.ts';
import { writeAtomically } from '../../../src/engine/files/atomicWrite.ts';
import { watchTemporaries } from '../../../src/engine/files/temporaries.ts';
import { parentChannel } from '../../../src/engine/process/parentProcess.ts';
import { serve } from '../../../src/engine/process/serve.ts';
import { engineWith } from '../engineWith.ts';

/** An engine without llama.cpp, in a process of its own: what crosses, and how it ends, is the same. */

const engine = engineWith({
  load: async ({ model }) => ({
    model,
    architecture: 'llama',
    layers: 1,
    embedding: 4,
    contextLength: 8,
    parameters: 1,
    device: 'cpu',
    uneditable: null,
    applied: [],
  }),
  close: async ({ model }) => ({ model, applied: [] }),
  /** Throws what its prompt names. */
  async probe({ prompt }) {
    if (prompt === 'input') throw new InputError('the prompt is wrong');
    if (prompt === 'engine') throw new EngineError('the disk is full');
    if (prompt === 'defect') throw new RangeError('index 7');
    if (prompt === 'shape') return { before: [], after: [], kl: Number.NaN, more: 1 };
    return { before: [{ token: String(prompt), id: 1, p: 0.5 }], after: [], kl: 0 };
  },
  logits: async ({ prompt }) =>
    Float32Array.from({ length: Number(prompt) }, (_, i) => (i === 0 ? Number.NaN : i / 3)),
  /** Ends the process as a crash in native code does. */
  async patchInfo({ path: asserted }) {
    process.stderr.write(`/home/runner/llama.cpp/src/llama.cpp:7: GGML_ASSERT(${asserted}) failed\n`);
    process.abort();
  },
  /** Crashes in the middle of a file. */
  async bake({ out }) {
    await writeAtomically(out, async (beside) => {
      await writeFile(beside, 'half');
      process.stderr.write(`half of it is there: ${path.basename(beside).slice(0, 10)}\n`);
      process.abort();
    });
    throw new Error('unreachable');
  },
  apply: async ({ model, patches }) => ({ model, applied: patches }),
  revert: async ({ model }) => ({ model, applied: [] }),
  /** Works until it is cancelled, with progress and an event a turn. */
  async generate(_, { signal, report, onEvent } = {}) {
    for (let turn = 0; signal?.aborted !== true; turn++) {
      report?.('counting', Math.min(1, turn / 1000));
      onEvent?.({ text: String(turn) });
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    throw new CancelledError('Counting');
  },
});

const parent = serve(engine, parentChannel());
watchTemporaries((place, there) => void parent.temporary.asEvent(place, there));
await parent.log.asEvent(3, 'the fake engine is ready');
