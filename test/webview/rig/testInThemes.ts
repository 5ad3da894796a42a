import { test } from 'vitest';
import { nightly } from '../../nightly.ts';
import { THEMES, type Theme } from './themes.ts';

/** A test in each theme: in one of them for every change, in the others nightly. */
export function testInThemes(everyday: Theme, name: string, run: (theme: Theme) => Promise<void>): void {
  for (const theme of THEMES) test(`${theme}: ${name}`, theme === everyday ? {} : nightly, () => run(theme));
}
