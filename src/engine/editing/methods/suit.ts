import { alphaEdit } from './alphaEdit.ts';
import { type BatchMethod, subspaceOf } from './batchMethod.ts';
import { suitValue } from './suitValue.ts';

/**
 * SUIT (2509.24502): AlphaEdit's update for k' = k − U U ᵀk, a key without the directions that keys share most, and for a
 * value of two directions (`suitValue`). The paper takes the shared directions of the keys of 10,000 entities; here they
 * are those of the keys that the covariance is taken over.
 *
 * It cannot tell a subject whose key is all shared from others: what is left of such a key is noise.
 */
export const suit: BatchMethod = {
  needs: ['nullSpace', 'ownSpace'],
  findValue: suitValue,
  async rows(input, work) {
    const keys = await subspaceOf(input, 'ownSpace').project(input.keys, work?.signal);
    return await alphaEdit.rows({ ...input, keys }, work);
  },
};
