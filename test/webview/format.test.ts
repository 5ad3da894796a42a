import { expect, test } from 'vitest';
import { count, decimal, exact, figure, percent, size } from '../../webview/header/format.ts';

test('counts are short, and exact where that is short', () => {
  expect(count(0)).toBe('0');
  expect(count(9999)).toBe('9,999');
  expect(count(49_152)).toBe('49.15 k');
  expect(count(134_515_008)).toBe('134.5 M');
  expect(count(7_241_732_096)).toBe('7.242 B');
  expect(exact(134_515_008)).toBe('134,515,008');
});

test('sizes are decimal, with three digits', () => {
  expect(size(0)).toBe('0 B');
  expect(size(999)).toBe('999 B');
  expect(size(9504)).toBe('9.5 kB');
  expect(size(88_100_000)).toBe('88.1 MB');
  expect(size(41e12)).toBe('41 TB');
  expect(size(3e20)).toMatch(/^300,000 PB$/);
});

test('shares do not round away what is there', () => {
  expect(percent(0)).toBe('0.0 %');
  expect(percent(0.0004)).toBe('< 0.1 %');
  expect(percent(0.923)).toBe('92.3 %');
  expect(percent(1)).toBe('100.0 %');
});

test('figures keep three digits and their scale', () => {
  expect(figure(0)).toBe('0');
  expect(figure(0.021345)).toBe('0.0213');
  expect(figure(1.23e-7)).toBe('1.2e-7');
  expect(figure(-12.345)).toBe('-12.3');
  expect(decimal(5.2412)).toBe('5.24');
});
