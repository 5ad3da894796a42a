import type { MetadataValue } from '../../../../protocol/gguf.ts';
import type { ModelFiles } from '../../../gguf/split.ts';
import type { Checkpoint, Safetensors } from '../../../safetensors/checkpoint.ts';
import type { Tokenizer } from '../../../safetensors/tokenizer.ts';
import type { Work } from '../../../work/progress.ts';
import type { MetadataChange } from '../metadata.ts';
import { shownValue } from '../shownValue.ts';

/** A model in both forms, whichever of them is the candidate. */
export interface Sides {
  readonly gguf: ModelFiles;
  readonly folder: Checkpoint & { readonly safetensors: Safetensors };
  readonly tokenizer: Tokenizer;
  readonly work: Work;
}

/** What each form says of one thing; undefined where it says nothing. */
export interface Difference {
  readonly key: string;
  readonly kind: MetadataChange['kind'];
  readonly gguf: string | undefined;
  readonly folder: string | undefined;
  readonly detail?: string;
}

/** A value of GGUF for people. */
export const shown = (value: MetadataValue): string =>
  value.type === 'long string'
    ? value.head
    : value.type === 'array'
      ? JSON.stringify(value.head.map(String))
      : shownValue(value);
