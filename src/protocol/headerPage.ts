import type { GgufKind } from './gguf.ts';
import type { Lineage } from './lineage.ts';
import type { MemoryNeed } from './model.ts';
import type { PatchInfo } from './patches.ts';
import type { TensorDetail, TensorWindow } from './tensors.ts';

/** What the page that shows a model's header, of GGUF or safetensors, and its host in the extension say to each other. */

/** What the page's buttons do; the host knows the command behind each. */
export const HEADER_ACTIONS = [
  'load',
  'unload',
  'setBase',
  'reviewAgainst',
  'apply',
  'inspect',
  'trust',
  'openWith',
] as const;
export type HeaderAction = (typeof HEADER_ACTIONS)[number];

/** How many items of an array are asked for at a time, and how many characters of a text the view carries. */
export const ITEMS_AT_ONCE = 200;
export const TEXT_AT_FIRST = 2000;

/** Of a tensor: GGUF knows 4, of safetensors no more than these are read. */
export const MOST_DIMENSIONS = 8;

/** One metadata key. Values are text as the page shows it: 64-bit integers and NaN would not cross as numbers. */
export type MetadataRow =
  | {
      readonly key: string;
      readonly type: string;
      readonly text: string;
      /** Characters of the whole text; more than `text` has where it was cut. */
      readonly length: number;
    }
  | {
      readonly key: string;
      /** Of the items. */
      readonly type: string;
      /** Items of the whole array. */
      readonly items: number;
      /** The first few. */
      readonly head: readonly string[];
    };

/** All tensors, one column an array: a hundred thousand of them cross at once. */
export interface TensorColumns {
  readonly names: readonly string[];
  /** Indices into `typeNames`. */
  readonly types: Uint16Array;
  readonly typeNames: readonly string[];
  /** `MOST_DIMENSIONS` a tensor, in the order that the format writes them; 1 behind the tensor's own. */
  readonly shape: Float64Array;
  /** How many of them are its own. */
  readonly dimensions: Uint8Array;
  readonly bytes: Float64Array;
  /** Where its data begin in its file, in bytes. */
  readonly offsets: Float64Array;
  /** Which file of a model of several holds it, from 0. */
  readonly parts: Uint32Array;
}

/** One type's share of the weights. */
export interface TypeShare {
  readonly type: string;
  readonly tensors: number;
  readonly parameters: number;
  readonly bytes: number;
}

export interface ModelFacts {
  readonly layers: number | null;
  /** Width of the residual stream. */
  readonly embedding: number | null;
  readonly vocabulary: number | null;
  /** Tokens that the model was trained to read. */
  readonly contextLength: number | null;
  /** null for what is not run as it is. */
  readonly memory: MemoryNeed | null;
}

/** What a file is for; safetensors without a config.json beside them are `tensors` of who knows what. */
export type HeaderKind = GgufKind | 'tensors';

/** What the header says. */
export interface HeaderView {
  /** What the file calls itself, else its name. */
  readonly title: string;
  /** The names of the files: several of a split model. */
  readonly files: readonly string[];
  readonly bytes: number;
  /** Of GGUF; null for safetensors. */
  readonly version: number | null;
  /** Of the header alone, or of the headers of all files. */
  readonly headerBytes: number;
  readonly kind: HeaderKind;
  readonly architecture: string | null;
  readonly parameters: number;
  readonly bitsPerWeight: number;
  /** The largest share of the bytes first. */
  readonly mix: readonly TypeShare[];
  readonly model: ModelFacts | null;
  readonly patch: PatchInfo | null;
  readonly lineage: Lineage;
  /** Why it cannot be loaded or applied, though its header can be read. */
  readonly problem: string | null;
  readonly templates: readonly { readonly name: string; readonly text: string }[];
  readonly metadata: readonly MetadataRow[];
  readonly tensors: TensorColumns;
}

/** Which values are asked for: a tensor's own, or what it has beyond a base's. */
interface AskedTensor {
  readonly name: string;
  /** A path of `Surroundings.bases`; null for none. */
  readonly base: string | null;
}

/** What may change while the page is open. */
export interface Surroundings {
  /** Whether values of tensors can be read: the file is on this machine, and the workspace is trusted. */
  readonly readable: boolean;
  /** Models that tensors can be compared with. */
  readonly bases: readonly { readonly path: string; readonly name: string }[];
  /** Names of the tensors that can be chosen as the edit target. */
  readonly editable: readonly string[];
  /** Those that edits act on now. */
  readonly targets: readonly string[];
  /** False in Restricted Mode, where nothing is loaded. */
  readonly trusted: boolean;
  /** Memory that is free on the machine of the engine, in bytes. */
  readonly freeMemory: number;
  /** The actions that can be taken now. */
  readonly actions: readonly HeaderAction[];
  /** What the workbench has done with this file; null if it does not know it. */
  readonly state: {
    readonly name: 'header' | 'loading' | 'ready' | 'failed';
    readonly base: boolean;
    readonly patchesOn: number;
    /** While it loads. */
    readonly stage: string | null;
    readonly fraction: number | null;
    readonly error: string | null;
  } | null;
}

export type HeaderPage = {
  methods: {
    /** Reads the header. Fails with one sentence where it is damaged. */
    read: { result: HeaderView };
    surroundings: { result: Surroundings };
    /** Items of an array, from one on, at most `ITEMS_AT_ONCE`. */
    items: { params: { readonly key: string; readonly from: number }; result: readonly string[] };
    /** A text that was cut, whole. */
    text: { params: { readonly key: string }; result: string };
    act: { params: HeaderAction; result: null };
    /** What the values of a tensor are; the file's own are read in pieces. */
    tensor: { params: AskedTensor; result: TensorDetail };
    /** Some of the values, as they are. */
    tensorWindow: {
      params: AskedTensor & { readonly row: number; readonly column: number };
      result: TensorWindow;
    };
    chooseTarget: { params: { readonly name: string }; result: null };
  };
  pushes: {
    /** The file was written anew, or has gone. */
    changed: null;
    surroundings: Surroundings;
  };
};
