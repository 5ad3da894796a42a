/** Names that edits files and the command line use. They stand apart from the schemas, which cost time to make. */

/** The editing methods. */
export const METHODS = [
  'rome',
  'r-rome',
  'rome-several-keys',
  'memit',
  'alphaedit',
  'emmet',
  'ft-l',
  'ft-m',
  'lora',
  'dinm',
  'donor',
] as const;
export type Method = (typeof METHODS)[number];

/** What a probe asks about, in the order in which tables show them. */
export const PROBE_KINDS = ['paraphrase', 'neighbourhood', 'portability', 'sameSubject', 'text'] as const;
