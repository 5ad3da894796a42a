import type { GgufHeader, MetadataArray, MetadataValue, TensorInfo } from '../../../protocol/gguf.ts';
import { architectureOf, numberOf } from '../header.ts';

/** What is wrong with a model as far as llama.cpp is concerned, as the end of a sentence; undefined if nothing is. */
export type Demand = (facts: Facts) => string | undefined;

/** A model's header as the demands ask it: keys without the architecture's name, numbers by layer. */
export class Facts {
  readonly header: GgufHeader;
  readonly architecture: string;
  readonly layers: number;

  constructor(header: GgufHeader) {
    this.header = header;
    this.architecture = architectureOf(header);
    this.layers = this.number('block_count') ?? 0;
  }

  get tensors(): readonly TensorInfo[] {
    return this.header.tensors;
  }

  /** The key as the file writes it. */
  key(suffix: string): string {
    return `${this.architecture}.${suffix}`;
  }

  value(suffix: string): MetadataValue | undefined {
    return this.header.metadata.get(this.key(suffix));
  }

  number(suffix: string): number | undefined {
    return numberOf(this.header, this.key(suffix));
  }

  array(suffix: string): MetadataArray | undefined {
    const value = this.value(suffix);
    return value?.type === 'array' ? value : undefined;
  }

  /** One number a layer: the array's, or the same for all. At most 512 layers pass, so the head has them all. */
  perLayer(suffix: string): readonly number[] | undefined {
    const array = this.array(suffix);
    if (array !== undefined) return array.head.map(Number);
    const number = this.number(suffix);
    return number === undefined ? undefined : Array<number>(this.layers).fill(number);
  }
}

/** The first thing that is wrong. */
export function firstOf(demands: readonly Demand[]): Demand {
  return (facts) => {
    for (const demand of demands) {
      const wrong = demand(facts);
      if (wrong !== undefined) return wrong;
    }
    return undefined;
  };
}
