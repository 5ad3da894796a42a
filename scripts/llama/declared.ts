import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { rules } from '../../src/engine/autodiff/rules/index.ts';
import type { Field } from './cText.ts';

/** What the project declares of llama.cpp: structs with their fields, functions, and the operations that have a rule. */
export interface Declared {
  readonly structs: ReadonlyMap<string, readonly Field[]>;
  readonly functions: readonly string[];
  readonly operations: readonly string[];
}

const binding = 'src/engine/llama';

export function declared(): Declared {
  const structs = readFileSync(path.join(binding, 'structs.ts'), 'utf8');
  const sources = readdirSync(binding)
    .filter((file) => file.endsWith('Functions.ts'))
    .map((file) => readFileSync(path.join(binding, file), 'utf8'))
    .join('\n');
  const named = [...sources.matchAll(/^\s+((?:llama|ggml|gguf)_\w+): (?:c<|op\(|library\.func)/gm)];
  return {
    structs: new Map(
      [...structs.matchAll(/koffi\.struct\('(\w+)', \{(.*?)\}\)/gs)].map(([, name = '', body = '']) => [
        name,
        fields(body),
      ]),
    ),
    functions: [...new Set(named.map(([, name = '']) => name))].sort(),
    operations: [...rules.keys()],
  };
}

function fields(body: string): Field[] {
  return [...body.matchAll(/(\w+): (?:'([^']+)'|pointer)/g)].map(([, name = '', type = 'void *']) => ({
    name,
    type,
  }));
}

/** Whether a type of koffi takes the place that C gives the field: the same size and register. */
export function agrees(koffi: string, c: string): boolean {
  if (/[*]/.test(c) || /_callback$|_float(_ref)?_t$/.test(c)) return /[*]/.test(koffi);
  const plain = c.replace(/^const /, '');
  const same: Readonly<Record<string, RegExp>> = {
    int32: /^(int32_t|int|enum \w+|llama_token|llama_pos|llama_seq_id)$/,
    uint32: /^uint32_t$/,
    float: /^float$/,
    bool: /^bool$/,
    size_t: /^(size_t|uint64_t)$/,
    int64_t: /^int64_t$/,
  };
  return same[koffi]?.test(plain) ?? false;
}
