import type { TokenProbability } from '../../protocol/probe.ts';

/**
 * What can be had of a model that one can only prompt: the few likeliest next tokens of each text, likeliest first.
 * Texts of one call should begin alike, so that what they share is read once.
 */
export type AskModel = (texts: readonly string[]) => Promise<TokenProbability[][]>;
