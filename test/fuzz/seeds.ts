import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { layerCovariance } from '../../src/engine/editing/keys/covarianceCache.ts';
import { EditSession } from '../../src/engine/editing/session/session.ts';
import { digestFile } from '../../src/engine/files/digest.ts';
import { Model } from '../../src/engine/llama/model.ts';
import { Random } from '../../src/engine/numeric/random.ts';
import { architectures, refused } from '../models/tiny/architectures.ts';
import { TinyModels } from '../models/tiny/write.ts';
import type { Chooser } from './mutate.ts';
import { type Entry, type Piece, type Pieces, putTogether, STRING, takeApart } from './pieces.ts';

export type Kind = 'model' | 'adapter' | 'patch' | 'split' | 'covariance';

interface Seed {
  readonly kind: Kind;
  readonly name: string;
  readonly pieces: Pieces;
}

export interface Seeds {
  /** The sound model that adapters, patches and covariances belong to. */
  readonly base: string;
  /** Sound files of one kind; models are asked for most. */
  pick(choose: Chooser): readonly Seed[];
}

/** What the covariance is taken over. */
export const sampling = { samples: 2, ridge: 0.1 };

const sizes = { layers: 3, ff: 64, vocabulary: 264, context: 64 };
/** `enum ggml_type`: all matrices of some models in F16 and Q8_0. */
const types: Readonly<Record<string, number>> = { qwen2: 1, qwen3: 8, mixtral: 8 };
const splitName = (part: number) => `mutant-split-0000${part}-of-00002.gguf`;

const text = (key: string, value: string): Entry => ({ key, type: STRING, value });
const u16 = (key: string, value: number): Entry => ({ key, type: 2, value });

/** Writes sound files of every kind into a folder: random-weight models of all tested architectures, and what belongs to one. */
export async function writeSeeds(folder: string): Promise<void> {
  using models = new TinyModels();
  for (const name of [...Object.keys(architectures), ...Object.keys(refused)]) {
    copyFileSync(
      await models.write(name, { sizes, type: types[name] ?? 0 }),
      path.join(folder, `model-${name}.gguf`),
    );
  }
  const base = path.join(folder, 'model-llama.gguf');
  const model = takeApart(readFileSync(base));
  const save = (name: string, pieces: Pieces) => writeFileSync(path.join(folder, name), putTogether(pieces));

  const half = model.tensors.length >> 1;
  const part = (index: number): Entry[] => [
    u16('split.no', index),
    u16('split.count', 2),
    { key: 'split.tensors.count', type: 5, value: model.tensors.length },
  ];
  save('split-1.gguf', { metadata: [...model.metadata, ...part(0)], tensors: model.tensors.slice(0, half) });
  save('split-2.gguf', {
    metadata: [text('general.architecture', 'llama'), ...part(1)],
    tensors: model.tensors.slice(half),
  });

  const random = new Random(7);
  const factor = (name: string, ne: number[]): Piece => {
    const count = ne.reduce((product, n) => product * n, 1);
    return { name, ne, type: 0, data: new Uint8Array(random.normals(count, 0.1).buffer) };
  };
  const lora = {
    metadata: [
      text('general.type', 'adapter'),
      text('general.architecture', 'llama'),
      text('adapter.type', 'lora'),
      { key: 'adapter.lora.alpha', type: 6, value: 1 },
    ],
    tensors: model.tensors
      .filter(({ name }) => /^blk\.1\.(?:ffn_down|attn_q)\.weight$/.test(name))
      .flatMap(({ name, ne: [input = 1, output = 1] }) => [
        factor(`${name}.lora_a`, [input, 2]),
        factor(`${name}.lora_b`, [2, output]),
      ]),
  };
  save('adapter.gguf', lora);
  const edit = {
    id: 'a',
    prompt: 'a b c',
    subject: 'b',
    target: { new: 'd' },
    method: 'rome',
    layer: 1,
    relativeNorm: 0.5,
    updateNorm: 1.5,
    steps: 2,
    nll: [8, 0.05],
  };
  save('patch.gguf', {
    ...lora,
    metadata: [
      ...lora.metadata,
      text('palimpsest.base.digest', await digestFile(base)),
      text('palimpsest.base.name', 'tiny'),
      text('palimpsest.edits', JSON.stringify([edit])),
      text('palimpsest.hyperparameters', '{}'),
      text('palimpsest.measures', '{}'),
    ],
  });
  await saveCovariance(folder, base);
}

/** What the sound copy of a file is called that the engine itself removes once it is damaged. */
const sound = 'sound.';
const isSound = (name: string) => name.startsWith(sound);

/** Of the keys of layer 1, as an edit would keep it; its name follows from what it was made from. */
async function saveCovariance(folder: string, base: string): Promise<void> {
  using model = await Model.load(base);
  using session = await EditSession.open(model, 1);
  await layerCovariance(session, 1, sampling, { cacheFolder: folder });
  const name = readdirSync(folder).find((file) => file.startsWith('covariance-'));
  if (name === undefined) throw new Error('the covariance was not kept');
  copyFileSync(path.join(folder, name), path.join(folder, `${sound}${name}`));
}

/** Reads what `writeSeeds` wrote, and puts the sound parts of the split model in their places. */
export function readSeeds(folder: string): Seeds {
  const read = (kind: Kind, file: string, name = file): Seed => ({
    kind,
    name,
    pieces: takeApart(readFileSync(path.join(folder, file))),
  });
  const files = readdirSync(folder);
  const covariance = files.find(isSound);
  if (covariance === undefined) throw new Error(`${folder} lacks the sound covariance`);
  const models = files
    .filter((name) => name.startsWith('model-'))
    .sort()
    .map((name) => read('model', name));
  const others = [
    read('adapter', 'adapter.gguf'),
    read('patch', 'patch.gguf'),
    read('covariance', covariance, covariance.slice(sound.length)),
  ];
  const splits = [read('split', 'split-1.gguf', splitName(1)), read('split', 'split-2.gguf', splitName(2))];
  return {
    base: path.join(folder, 'model-llama.gguf'),
    pick(choose) {
      if (choose.chance(0.6)) return models;
      if (choose.chance(0.75)) return others;
      // the part that is not the mutant is sound
      copyFileSync(path.join(folder, 'split-1.gguf'), path.join(folder, splitName(1)));
      copyFileSync(path.join(folder, 'split-2.gguf'), path.join(folder, splitName(2)));
      return splits;
    },
  };
}
