import { BATCH_METHODS, isOneOf, type Method, methodEntry, type NameOf } from './methods.ts';

/** What is known of methods without computing anything, for whoever plans edits. */

/** The methods that edit many facts at once. */
export type BatchName = NameOf<'batch'>;
/** The methods that train a weight on one fact. */
export type FineTuneName = NameOf<'fine-tune'>;
/** The methods that edit one fact at a time, in closed form. */
export type RankOneName = NameOf<'rank-one'>;

export const isBatchName = (method: Method): method is BatchName => isOneOf(BATCH_METHODS, method);

export const spreadsOverLayers = (method: Method): boolean => methodEntry(method).spreads === true;

/** Whether a method writes the first and the last of its layers alone. */
export const writesBoundary = (method: Method): boolean => methodEntry(method).boundary === true;

/** Whether edits of a method that follow one another are computed together. */
export const takesMany = (method: Method): boolean =>
  isBatchName(method) || method === 'ultraedit' || method === 'lora' || method === 'dinm';

export const isFineTuneName = (method: Method): method is FineTuneName =>
  methodEntry(method).kind === 'fine-tune';
