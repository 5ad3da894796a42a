import type { Plugin as BundlePlugin } from 'esbuild';
import type { Plugin as TestPlugin } from 'vitest/config';

/** Lets bundles import `NAME.wat` as the bytes of its module. */
export const watInBundles: BundlePlugin;

/** The same for tests. */
export function watInTests(): TestPlugin;
