import type { Method } from '../../protocol/edits.ts';
import { rome } from './rome.ts';
import { rRome } from './rRome.ts';
import { severalKeys } from './severalKeys.ts';
import type { RankOneMethod } from './update.ts';

export const methods: Readonly<Record<Method, RankOneMethod>> = {
  rome,
  'r-rome': rRome,
  'rome-several-keys': severalKeys,
};

export const defaultMethod: Method = 'rome-several-keys';
