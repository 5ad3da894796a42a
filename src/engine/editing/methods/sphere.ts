import { at } from '../../numeric/at.ts';
import { alphaEdit } from './alphaEdit.ts';
import { type BatchMethod, subspaceOf } from './batchMethod.ts';

/**
 * SPHERE (2510.01172; `project_B_into_soft_dirs`) over AlphaEdit: ΔW(I − αUUᵀ), where the rows of Uᵀ are the principal
 * directions of the layer's weights with rows made equally long. Change along them is what upsets how evenly the neurons
 * lie on their sphere, and with it what the layer knew.
 *
 * It cannot give edits exactly what they ask for: what is taken away is missing at keys along those directions.
 */
export const sphere: BatchMethod = {
  needs: ['nullSpace', 'principal'],
  async rows(input, work) {
    const rows = await alphaEdit.rows(input, work);
    const along = await subspaceOf(input, 'principal').project(rows, work?.signal);
    const { suppress } = input.hyperparameters;
    return rows.map((row, i) => row.map((x, j) => x - suppress * at(at(along, i), j)));
  },
};
