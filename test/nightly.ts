/** Of tests that take too long for every change, while others of their kind are run for each: `npm run nightly` runs them. */
export const nightly = { tags: 'nightly' } as const;
