import { add } from './add.ts';
import { addId } from './addId.ts';
import { argsort } from './argsort.ts';
import { clamp } from './clamp.ts';
import { concat } from './concat.ts';
import { cont } from './cont.ts';
import { cpy } from './cpy.ts';
import { div } from './div.ts';
import { getRows } from './getRows.ts';
import { glu } from './glu.ts';
import { mul } from './mul.ts';
import { mulMat } from './mulMat.ts';
import { mulMatId } from './mulMatId.ts';
import { norm } from './norm.ts';
import { permute } from './permute.ts';
import { repeat } from './repeat.ts';
import { reshape } from './reshape.ts';
import { rmsNorm } from './rmsNorm.ts';
import { rope } from './rope.ts';
import type { Rule } from './rule.ts';
import { scale } from './scale.ts';
import { setRows } from './setRows.ts';
import { softMax } from './softMax.ts';
import { sqr } from './sqr.ts';
import { sqrt } from './sqrt.ts';
import { sub } from './sub.ts';
import { sumRows } from './sumRows.ts';
import { transpose } from './transpose.ts';
import { unary } from './unary.ts';
import { view } from './view.ts';

/** Every operation that the twin can rebuild and differentiate, by ggml's name. */
export const rules: ReadonlyMap<string, Rule> = new Map([
  ['ADD', add],
  ['ADD_ID', addId],
  ['ARGSORT', argsort],
  ['CLAMP', clamp],
  ['CONCAT', concat],
  ['CONT', cont],
  ['CPY', cpy],
  ['DIV', div],
  ['DUP', cont],
  ['GET_ROWS', getRows],
  ['GLU', glu],
  ['MUL', mul],
  ['MUL_MAT', mulMat],
  ['MUL_MAT_ID', mulMatId],
  ['NORM', norm],
  ['PERMUTE', permute],
  ['REPEAT', repeat],
  ['RESHAPE', reshape],
  ['RMS_NORM', rmsNorm],
  ['ROPE', rope],
  ['SCALE', scale],
  ['SET_ROWS', setRows],
  ['SOFT_MAX', softMax],
  ['SQR', sqr],
  ['SQRT', sqrt],
  ['SUB', sub],
  ['SUM_ROWS', sumRows],
  ['TRANSPOSE', transpose],
  ['UNARY', unary],
  ['VIEW', view],
]);
