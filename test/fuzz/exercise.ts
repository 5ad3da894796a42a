import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { hasCovariance } from '../../src/engine/editing/keys/covarianceCache.ts';
import { EditSession } from '../../src/engine/editing/session/session.ts';
import { Engine } from '../../src/engine/engine.ts';
import { Model } from '../../src/engine/llama/model.ts';
import { Random } from '../../src/engine/numeric/random.ts';
import { Chooser, mutantOf } from './mutate.ts';
import { type Kind, readSeeds, type Seeds, sampling } from './seeds.ts';

const prompt = 'a b é';

/** Makes mutants by their number and does with each what people do with such a file. */
export class Exercise {
  readonly #folder: string;
  readonly #seeds: Seeds;
  readonly #engine = new Engine({ threads: 1 });
  #session: EditSession | undefined;

  constructor(folder: string) {
    this.#folder = folder;
    this.#seeds = readSeeds(folder);
  }

  /** Writes mutant `index` and returns what to do with it. */
  make(seed: number, index: number): { readonly kind: Kind; readonly name: string; run(): Promise<void> } {
    const random = new Random((seed * 1_000_003 + index * 7919) >>> 0);
    // the first numbers of neighbouring seeds are alike
    for (let n = 0; n < 4; n++) random.uniform();
    const choose = new Chooser(random);
    const { kind, name, pieces } = choose.one(this.#seeds.pick(choose));
    const mutant = mutantOf(pieces, choose);
    const own = kind === 'split' || kind === 'covariance' ? name : `mutant-${kind}.gguf`;
    const file = path.join(this.#folder, own);
    writeFileSync(file, mutant);
    const run = {
      model: this.#model,
      split: this.#model,
      adapter: this.#patch,
      patch: this.#patch,
      covariance: this.#covariance,
    }[kind];
    return { kind, name, run: () => run.call(this, file) };
  }

  async #model(model: string): Promise<void> {
    await this.#engine.info({ model, digest: false });
    await this.#engine.targets({ model });
    await this.#engine.tokenize({ model, text: prompt });
    try {
      await this.#engine.probe({ model, prompt, patches: [], top: 3 });
      await this.#engine.activations({ model, prompt, patches: [] });
    } finally {
      await this.#engine.close({ model });
    }
  }

  async #patch(file: string): Promise<void> {
    await this.#engine.patchInfo({ path: file });
    const patches = [{ path: file, strength: 1 }];
    await this.#engine.probe({ model: this.#seeds.base, prompt, patches, top: 3 });
  }

  /** The session looks for the file by what it is made from. */
  async #covariance(): Promise<void> {
    this.#session ??= await EditSession.open(await Model.load(this.#seeds.base), 1);
    this.#session.covariances.clear();
    await hasCovariance(this.#session, 1, sampling, { cacheFolder: this.#folder }, {});
  }
}
