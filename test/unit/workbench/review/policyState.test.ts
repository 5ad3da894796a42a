import { expect, it } from 'vitest';
import { outcomeOf } from '../../../../src/workbench/review/policyState.ts';

const state = { name: 'requantised', from: null, file: false, violations: [], problem: null };

it('a report says the outcome of the policy that is chosen now; what was not judged is not met', () => {
  expect(outcomeOf(null)).toBeNull();
  expect(outcomeOf(state)).toEqual({ passed: true, violations: [] });
  const broken = { rule: 'allow', text: 'edited', unmeasured: false } as const;
  expect(outcomeOf({ ...state, violations: [broken] })).toEqual({ passed: false, violations: [broken] });
  expect(outcomeOf({ ...state, violations: null, problem: 'Review again.' })).toMatchObject({
    passed: false,
    violations: [{ text: 'Review again.', unmeasured: true }],
  });
});
