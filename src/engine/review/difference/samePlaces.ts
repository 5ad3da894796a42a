import { knownDigest } from '../../cache/knownDigest.ts';
import { partialFile } from '../../files/partialFiles.ts';
import { regularFile } from '../../files/source.ts';
import type { Recipe } from '../../safetensors/mapping.ts';
import type { Work } from '../../work/progress.ts';
import { pairTensors, type TensorPair } from './pairs.ts';
import type { Compared } from './tensorFiles.ts';

/** Pairs whose bytes are known to be the same because they lie at one place of files that are. */
export interface SamePlaces {
  has(pair: TensorPair): boolean;
  /** Files of the candidate that are the same as one of the base, by their numbers. */
  readonly files: ReadonlySet<number>;
}

export const noneTheSame: SamePlaces = { has: () => false, files: new Set() };

/**
 * Where a file of one side lies elsewhere and its SHA-256 is known, it is held against the other side's: of files that
 * are the same not a byte of their weights is fetched. A file on this machine is read for it, once, where the sizes agree.
 * Files that are all at hand are compared by their bytes.
 */
export async function samePlaces(base: Compared, candidate: Compared, work: Work = {}): Promise<SamePlaces> {
  if ([...base.paths, ...candidate.paths].every((file) => partialFile(file) === undefined))
    return noneTheSame;
  const same = new Set<string>();
  const asked = new Set<string>();
  for (const pair of pairTensors(base, candidate).pairs) {
    const [ours, theirs] = [placeOf(base, pair.base), placeOf(candidate, pair.candidate)];
    for (const [index, part] of ours.parts.entries()) {
      const other = theirs.parts[index];
      if (other === undefined || asked.has(`${part} ${other}`)) continue;
      asked.add(`${part} ${other}`);
      const [one, two] = [base.paths[part], candidate.paths[other]];
      if (one !== undefined && two !== undefined && (await isSameFile(one, two, work)))
        same.add(`${part} ${other}`);
    }
  }
  return {
    files: new Set([...same].map((both) => Number(both.split(' ')[1]))),
    has(pair) {
      const [ours, theirs] = [placeOf(base, pair.base), placeOf(candidate, pair.candidate)];
      const inSame = ours.parts.every((part, index) => same.has(`${part} ${theirs.parts[index]}`));
      return inSame && ours.parts.length > 0 && ours.within === theirs.within;
    },
  };
}

async function isSameFile(one: string, other: string, work: Work): Promise<boolean> {
  const [ours, theirs] = [partialFile(one), partialFile(other)];
  if (ours === undefined && theirs === undefined) return false;
  if (ours?.identity === theirs?.identity) return true;
  // where nobody says a digest, that of the other file would be computed for nothing
  if ([ours, theirs].some((far) => far !== undefined && far.digest === undefined)) return false;
  if ((await regularFile(one)).size !== (await regularFile(other)).size) return false;
  return (await knownDigest([one], work)) === (await knownDigest([other], work));
}

/** Bytes of a tensor that would have to be fetched to read it. */
export function missingOf({ paths, safetensors }: Compared, tensor: TensorPair['base']): number {
  const recipe = safetensors?.recipes.get(tensor.name);
  const stored = safetensors === undefined ? [tensor] : (recipe?.parts ?? []).map((part) => part.stored);
  return stored.reduce((sum, { part, offset, byteLength }) => {
    const file = paths[part];
    return sum + (file === undefined ? 0 : (partialFile(file)?.missing(offset, byteLength) ?? 0));
  }, 0);
}

/** The files that a tensor's bytes come from, and where in them and how, in words that are equal where that is. */
function placeOf(
  model: Compared,
  tensor: TensorPair['base'],
): { readonly parts: readonly number[]; readonly within: string } {
  // what is computed has no place
  if (model.floats?.has(tensor.name) === true) return { parts: [], within: '' };
  const { safetensors } = model;
  if (safetensors === undefined) {
    return { parts: [tensor.part], within: `${tensor.type.id} ${tensor.offset} ${tensor.byteLength}` };
  }
  const recipe = safetensors.recipes.get(tensor.name);
  if (recipe === undefined || recipe.computed !== undefined) return { parts: [], within: '' };
  return placeOfRecipe(recipe);
}

function placeOfRecipe({ info, parts, transposed, heads, plus }: Recipe) {
  const stored = parts.flatMap(({ stored: weight, scale }) => [
    weight,
    ...(scale === undefined ? [] : [scale.stored]),
  ]);
  const scales = parts.map(({ scale }) => scale && [scale.across, scale.rows, scale.columns]);
  const where = stored.map(({ offset, byteLength, dtype, shape }) => [offset, byteLength, dtype.name, shape]);
  return {
    parts: stored.map(({ part }) => part),
    within: JSON.stringify([info.type.id, info.ne, where, scales, transposed, heads ?? null, plus]),
  };
}
