import type { BatchName, RankOneName } from '../../../protocol/methodKinds.ts';
import type { RankOneMethod } from '../patches/update.ts';
import { alphaEdit } from './alphaEdit.ts';
import type { BatchMethod } from './batchMethod.ts';
import { emmet } from './emmet.ts';
import { memit } from './memit.ts';
import { rome } from './rome.ts';
import { rRome } from './rRome.ts';
import { severalKeys } from './severalKeys.ts';
import { sphere } from './sphere.ts';
import { suit } from './suit.ts';

export const rankOneMethods: Readonly<Record<RankOneName, RankOneMethod>> = {
  rome,
  'r-rome': rRome,
  'rome-several-keys': severalKeys,
};

export const batchMethods: Readonly<Record<BatchName, BatchMethod>> = {
  memit,
  alphaedit: alphaEdit,
  emmet,
  'memit-blue': memit,
  'alphaedit-blue': alphaEdit,
  sphere,
  suit,
};
