import path from 'node:path';
import { lineageOf } from '../../engine/gguf/lineage.ts';
import { quantisation } from '../../engine/gguf/types.ts';
import type { Config } from '../../engine/safetensors/config.ts';
import type { FileHeader } from '../../engine/safetensors/fileHeader.ts';
import type { MetadataValue } from '../../protocol/gguf.ts';
import type { HeaderKind, HeaderView, ModelFacts } from '../../protocol/headerPage.ts';
import { type JsonEntry, jsonRow } from './jsonRows.ts';
import { tensorColumns } from './tensorColumns.ts';

/** What was read of a model stored as safetensors. */
export interface StoredFacts {
  /** Its folder, or the file. */
  readonly name: string;
  readonly paths: readonly string[];
  /** Of all files. */
  readonly bytes: number;
  /** One for each path. */
  readonly headers: readonly FileHeader[];
  readonly entries: readonly JsonEntry[];
  /** undefined where there is none, or it is damaged. */
  readonly config: Config | undefined;
  /** What the model card says, under GGUF's keys. */
  readonly card: ReadonlyMap<string, MetadataValue>;
  readonly templates: ReadonlyMap<string, string>;
  /** Why it cannot be reviewed. */
  readonly problem: string | null;
}

const adapterNames = /\.lora_[AB]\.|\.lora_(?:up|down)\./;

/** What the editor shows of safetensors: tensors under their own names, in the order and the shapes of their files. */
export function safetensorsView(facts: StoredFacts): HeaderView {
  const { name, paths, bytes, headers, entries, config, card, templates } = facts;
  const tensors = headers.flatMap((header) => header.tensors);
  const types = tensors.map(({ dtype, elements, byteLength }) => ({ type: dtype, elements, byteLength }));
  const kind = kindOf(facts);
  return {
    title: path.basename(name),
    files: paths.map((file) => path.basename(file)),
    bytes,
    version: null,
    headerBytes: headers.reduce((sum, { dataOffset }) => sum + dataOffset, 0),
    kind,
    architecture: config === undefined ? null : architectureIn(config),
    ...quantisation(types),
    problem: kind === 'adapter' ? adapterProblem(name) : facts.problem,
    model: config === undefined ? null : modelFacts(config),
    patch: null,
    lineage: lineageOf({ metadata: card }),
    templates: [...templates].map(([called, text]) => ({ name: called === 'default' ? '' : called, text })),
    metadata: entries.map(jsonRow),
    tensors: tensorColumns(tensors.map(({ dtype, ...tensor }) => ({ ...tensor, type: dtype.name }))),
  };
}

/** An adapter by its tensors; a model by the config beside it, even one that cannot be read. */
function kindOf({ headers, config, problem }: StoredFacts): HeaderKind {
  const isAdapter = headers.some(({ tensors }) => tensors.some(({ name }) => adapterNames.test(name)));
  if (isAdapter) return 'adapter';
  return config === undefined && problem === null ? 'tensors' : 'model';
}

const adapterProblem = (name: string): string =>
  `${name} is a LoRA adapter stored as safetensors; convert it with convert_lora_to_gguf.py of llama.cpp to apply it or to have it reviewed.`;

function architectureIn({ values }: Config): string | null {
  const named = values['architectures'];
  const [first]: unknown[] = Array.isArray(named) ? named : [];
  const found = typeof first === 'string' ? first : values['model_type'];
  return typeof found === 'string' ? found : null;
}

/** By the names that transformers' configurations use. */
function modelFacts({ values }: Config): ModelFacts {
  const number = (...keys: readonly string[]): number | null => {
    const found = keys.map((key) => values[key]).find((value) => typeof value === 'number');
    return typeof found === 'number' ? found : null;
  };
  return {
    layers: number('num_hidden_layers', 'n_layer', 'num_layers'),
    embedding: number('hidden_size', 'n_embd', 'd_model'),
    vocabulary: number('vocab_size'),
    contextLength: number('max_position_embeddings', 'n_positions', 'n_ctx'),
    memory: null,
  };
}
