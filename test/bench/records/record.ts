/** A CounterFact record, as far as the importer reads it. */
export interface CounterFactRecord {
  readonly requested_rewrite: {
    /** With `{}` for the subject. */
    readonly prompt: string;
    readonly subject: string;
    readonly target_true: { readonly str: string };
    readonly target_new: { readonly str: string };
  };
  readonly paraphrase_prompts: readonly string[];
  readonly neighborhood_prompts: readonly string[];
}
