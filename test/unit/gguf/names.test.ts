import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  downName,
  inLayer,
  isDownPart,
  layerPrefix,
  weightInLayer,
  weightName,
  writesResidual,
} from '../../../src/engine/gguf/names.ts';

describe('names of tensors', () => {
  it('are read as they are written', () => {
    expect(downName(3)).toBe('blk.3.ffn_down.weight');
    expect(weightInLayer(weightName(12, 'attn_q'))).toEqual({ layer: 12, part: 'attn_q' });
    expect(weightName(0, 'x').startsWith(layerPrefix(0))).toBe(true);
  });

  it.each([
    ['blk.3.ffn_down.bias', { layer: 3, rest: 'ffn_down.bias' }, undefined],
    ['blk.10.ffn_down.2.weight', { layer: 10, rest: 'ffn_down.2.weight' }, { layer: 10, part: 'ffn_down.2' }],
    ['token_embd.weight', undefined, undefined],
    ['blk.3.', undefined, undefined],
    ['blk..ffn_down.weight', undefined, undefined],
    ['blk.3.a\nb.weight', undefined, undefined],
    ['enc.blk.0.ffn_down.weight', undefined, undefined],
    ['blk.x.ffn_down.weight', undefined, undefined],
  ])('%s lies in %j as %j', (name, place, weight) => {
    expect(inLayer(name)).toEqual(place);
    expect(weightInLayer(name)).toEqual(weight);
  });

  it('know what writes into the residual stream', () => {
    expect(['ffn_down', 'attn_output'].every(writesResidual)).toBe(true);
    expect(['ffn_down_exps', 'attn_output_norm', 'post_attn_output', 'ffn_up'].some(writesResidual)).toBe(
      false,
    );
  });

  it('know the down-projections of mixtures', () => {
    const parts = ['ffn_down', 'ffn_down_exps', 'ffn_down_shexp', 'ffn_down.7', 'ffn_down.12'];
    expect(parts.every(isDownPart)).toBe(true);
    expect(['ffn_downs', 'ffn_up', 'ffn_down.', 'x.ffn_down', 'ffn_down.x'].some(isDownPart)).toBe(false);
  });
});

it('keys and names of layers are spelled in names.ts alone', () => {
  const src = path.resolve(import.meta.dirname, '../../../src/engine');
  const spelled = /['`]general\.(?:architecture|name|alignment)['`]|`blk\.\$\{|\/\^?blk\\\./;
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  const code = (file: string) =>
    readFileSync(path.join(src, file), 'utf8').replace(/^ *(?:\*|\/\*|\/\/).*$/gm, '');
  const found = files.filter((file) => spelled.test(code(file)));
  expect(found).toEqual([path.join('gguf', 'names.ts')]);
});
