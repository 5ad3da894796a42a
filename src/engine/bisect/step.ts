import type { Work } from '../work/progress.ts';

/** What a step is a state of: a file, a commit of Git's, or a revision on the hub. */
type StepSource =
  | { readonly kind: 'file'; readonly path: string }
  | {
      readonly kind: 'revision';
      /** The folder that the repository's files lie in, and the file below it. */
      readonly repository: string;
      readonly path: string;
      readonly commit: string;
      readonly subject: string;
    }
  | { readonly kind: 'reference'; readonly name: string };

/** One state of a model. */
export interface Step {
  /** As people call it: a file, or a commit with its subject. */
  readonly name: string;
  readonly source: StepSource;
  /** The file that it can be read from, fetched when it is needed. */
  readonly file: (work?: Work) => Promise<string>;
}
