import type { Method } from '../../../protocol/edits.ts';

/** What is known of methods without computing anything, for whoever plans edits. */

/** The methods that edit many facts at once. */
export type BatchName = Extract<Method, 'memit' | 'alphaedit' | 'emmet'>;
/** The methods that train a weight on one fact. */
export type FineTuneName = Extract<Method, 'ft-l' | 'ft-m'>;
/** The methods that edit one fact at a time, in closed form. */
export type RankOneName = Extract<Method, 'rome' | 'r-rome' | 'rome-several-keys'>;

export const defaultMethod: Method = 'rome-several-keys';

/** Whether each spreads its change over several layers. */
const spreads: Readonly<Record<BatchName, boolean>> = { memit: true, alphaedit: true, emmet: false };

export const isBatchName = (method: Method): method is BatchName => Object.hasOwn(spreads, method);

export const spreadsOverLayers = (method: Method): boolean => isBatchName(method) && spreads[method];

/** Whether edits of a method that follow one another are computed together. */
export const takesMany = (method: Method): boolean => isBatchName(method) || method === 'lora';

export const isFineTuneName = (method: Method): method is FineTuneName =>
  method === 'ft-l' || method === 'ft-m';
