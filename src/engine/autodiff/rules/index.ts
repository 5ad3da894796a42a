import { glu, unary } from './activations.ts';
import { add, addId, clamp, div, mul, scale, sqr, sqrt, sub } from './arithmetic.ts';
import { rope, softMax } from './attention.ts';
import { concat, cont, cpy, permute, repeat, reshape, transpose, view } from './layout.ts';
import { norm, rmsNorm, sumRows } from './normalization.ts';
import { mulMat, mulMatId } from './products.ts';
import { argsort, getRows, setRows } from './rows.ts';
import type { Rule } from './rule.ts';

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
