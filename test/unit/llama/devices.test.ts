import { describe, expect, it } from 'vitest';
import { gpusAmong } from '../../../src/engine/llama/devices.ts';

const cpu = { pointer: 1n, type: 0, registry: 10n };
const accelerator = { pointer: 2n, type: 3, registry: 11n };
const gpu = { pointer: 3n, type: 1, registry: 12n };
const second = { pointer: 4n, type: 1, registry: 13n };
const integrated = { pointer: 5n, type: 2, registry: 14n };
const sameSeenOtherwise = { pointer: 6n, type: 2, registry: 15n };
const sibling = { pointer: 7n, type: 2, registry: 14n };

describe('the GPUs that are computed on', () => {
  it.each([
    ['all dedicated ones', [cpu, integrated, gpu, accelerator, second], [gpu, second]],
    [
      'integrated ones where there are no others, by one backend',
      [integrated, sameSeenOtherwise, sibling, cpu],
      [integrated, sibling],
    ],
    ['none', [accelerator, cpu], []],
  ])('are %s', (_, devices, expected) => {
    expect(gpusAmong(devices)).toEqual(expected);
  });
});
