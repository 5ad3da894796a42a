/** Names that edits files and the command line use. They stand apart from the schemas, which cost time to make. */

/** What a probe asks about, in the order in which tables show them. */
export const PROBE_KINDS = ['paraphrase', 'neighbourhood', 'portability', 'sameSubject', 'text'] as const;

/** What a safety edit is for: its own prompt, and the kinds of `safety` in an edits file. */
export const SAFETY_KINDS = [
  'own',
  'onlyQuestion',
  'otherAttack',
  'otherQuestion',
  'otherAttackAndQuestion',
] as const;
export type SafetyKind = (typeof SAFETY_KINDS)[number];

/** What a safety edit is asked, in the order of the answers. */
export const ANSWERED_KINDS = [...SAFETY_KINDS, 'harmless'] as const;
export type AnsweredKind = (typeof ANSWERED_KINDS)[number];

/** Who speaks in the turns of a conversation. */
export const ROLES = ['system', 'user', 'assistant'] as const;

/** Policies that need no file, by the names that `--policy` takes. */
export const POLICY_PRESETS = ['requantised', 'fine-tune', 'declared-edits'] as const;
export type PolicyPreset = (typeof POLICY_PRESETS)[number];
