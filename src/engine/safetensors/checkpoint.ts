import { stat } from 'node:fs/promises';
import type { GgufHeader, MetadataValue } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { KEYS } from '../gguf/names.ts';
import { type ModelFiles, readModelFiles } from '../gguf/split.ts';
import type { Work } from '../work/progress.ts';
import { type Architecture, architectureFor } from './architectures.ts';
import { Config } from './config.ts';
import { asItIs, mapTensors, type Recipe } from './mapping.ts';
import { modelCard } from './modelCard.ts';
import { isSafetensors, readShards, type Shards } from './shards.ts';

/** What lies behind the header of a model that is stored as safetensors. */
export interface Safetensors {
  readonly shards: Shards;
  readonly config: Config;
  readonly architecture: Architecture;
  /** By the tensors' names in the header. */
  readonly recipes: ReadonlyMap<string, Recipe>;
  /** Names of tensors for which the GGUF model has no place. */
  readonly unmapped: ReadonlySet<string>;
}

/**
 * A model as it is read for a review, whatever form its files have. The header speaks in GGUF's terms; where there are
 * `safetensors`, its tensors are made of stored ones as they are read.
 */
export interface Checkpoint extends ModelFiles {
  readonly safetensors?: Safetensors;
}

/**
 * The headers of a GGUF model, or of a Hugging Face folder in GGUF's terms.
 *
 * @param model a GGUF file, a folder, `model.safetensors` or `model.safetensors.index.json`
 * @throws InputError where files are missing or damaged, or the architecture is not mapped
 */
export async function readCheckpoint(model: string, work?: Work): Promise<Checkpoint> {
  if (!(await isSafetensors(model))) return await readModelFiles(model, work);
  const shards = await readShards(model, work);
  const config = await Config.read(shards.folder);
  const architecture = architectureFor(config);
  const { recipes, unmapped } = mapTensors(architecture, config, shards.tensors);
  const all = [...recipes, ...unmapped];
  const byName = new Map(all.map((recipe) => [recipe.info.name, recipe]));
  if (byName.size < all.length) {
    throw new InputError(`${model} holds tensors under GGUF's names beside those that would become them.`);
  }
  const metadata = new Map([...metadataOf(architecture, config), ...(await modelCard(shards.folder))]);
  const header = await headerOf(model, shards, all, metadata);
  const safetensors = {
    shards,
    config,
    architecture,
    recipes: byName,
    unmapped: new Set(unmapped.map(({ info }) => info.name)),
  };
  return { paths: shards.paths, header, safetensors };
}

/** A model stored as safetensors whose tensors are those of its files, under their names and in their shapes. */
export interface StoredModel extends ModelFiles {
  readonly safetensors: Pick<Safetensors, 'recipes'>;
}

/** The same model without any mapping, so that it need be none that is mapped. @throws InputError for damaged files */
export async function readStored(model: string, work?: Work): Promise<StoredModel> {
  const shards = await readShards(model, work);
  const recipes = shards.tensors.map(asItIs);
  const header = await headerOf(model, shards, recipes, new Map());
  const byName = new Map(recipes.map((recipe) => [recipe.info.name, recipe]));
  return { paths: shards.paths, header, safetensors: { recipes: byName } };
}

async function headerOf(
  name: string,
  { paths }: Shards,
  recipes: readonly Recipe[],
  metadata: GgufHeader['metadata'],
): Promise<GgufHeader> {
  const sizes = await Promise.all(paths.map(async (path) => (await stat(path)).size));
  const fileSize = sizes.reduce((sum, size) => sum + size, 0);
  const tensors = recipes.map(({ info }) => info);
  return { name, version: 3, alignment: 32, metadata, tensors, dataOffset: 0, fileSize };
}

/** The checkpoint with those of its tensors alone that a GGUF model can have. */
export function onlyMapped(checkpoint: Checkpoint): Checkpoint {
  const { header, safetensors } = checkpoint;
  if (safetensors === undefined) return checkpoint;
  const tensors = header.tensors.filter(({ name }) => !safetensors.unmapped.has(name));
  return { ...checkpoint, header: { ...header, tensors } };
}

/** Why nothing is asked of a model that is no GGUF file. */
export const notRun = ({ header }: Pick<Checkpoint, 'header'>): string =>
  `${header.name} is stored as safetensors, and only GGUF files are run; convert it with convert_hf_to_gguf.py of llama.cpp to have its answers compared.`;

function metadataOf(architecture: Architecture, config: Config): Map<string, MetadataValue> {
  const { name, hyperparameters } = architecture;
  const values = Object.entries(hyperparameters(config)).map(
    ([key, value]) => [`${name}.${key}`, value] as const,
  );
  return new Map<string, MetadataValue>([[KEYS.architecture, { type: 'string', value: name }], ...values]);
}
