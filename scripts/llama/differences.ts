import { enumIn, type Field, functionIn, operationsIn, plainC, prototypeIn, structIn } from './cText.ts';
import { agrees, type Declared } from './declared.ts';
import type { Source } from './source.ts';

/** What a person has to look at before the pin of llama.cpp is moved. */
export interface Difference {
  readonly about: 'struct' | 'defaults' | 'function' | 'operation' | 'architecture';
  readonly name: string;
  readonly says: string;
}

const headers = ['llama', 'ggml', 'gguf', 'ggml-alloc', 'ggml-backend', 'ggml-cpu', 'ggml-opt'].map((name) =>
  name === 'llama' ? 'include/llama.h' : `ggml/include/${name}.h`,
);
const operationsFile = 'ggml/src/ggml.c';
const defaultsFiles = ['src/llama-model.cpp', 'src/llama-context.cpp', 'src/llama-quant.cpp'];
const models = 'src/models';

/** Differences from one pin to another in what is declared; what is not declared is passed over. */
export function differences(from: Source, to: Source, declared: Declared): Difference[] {
  const [before, after] = [textsOf(from), textsOf(to)];
  return [
    ...[...declared.structs].flatMap(([name, fields]) =>
      structDifferences(name, fields, before.headers, after.headers),
    ),
    ...[...declared.structs.keys()].flatMap((name) =>
      defaultDifferences(name, before.defaults, after.defaults),
    ),
    ...declared.functions.flatMap((name) => functionDifferences(name, before.headers, after.headers)),
    ...operationDifferences(declared.operations, before, after),
    ...listed(from.list(models), to.list(models)).map(({ name, says }) => ({
      about: 'architecture' as const,
      name: `${models}/${name}`,
      says,
    })),
  ];
}

interface Texts {
  readonly headers: string;
  readonly operations: string;
  readonly defaults: string;
}

function textsOf(source: Source): Texts {
  const needed = (file: string) => {
    const text = source.read(file);
    if (text === undefined)
      throw new Error(`${source.name} has no ${file}; the command has to learn where it went.`);
    return plainC(text);
  };
  const joined = (files: readonly string[]) => files.map(needed).join('\n');
  return {
    headers: joined(headers),
    operations: needed(operationsFile),
    defaults: joined(defaultsFiles),
  };
}

function structDifferences(
  name: string,
  declared: readonly Field[],
  before: string,
  after: string,
): Difference[] {
  const said = (says: string): Difference => ({ about: 'struct', name, says });
  const [old, fresh] = [structIn(before, name), structIn(after, name)];
  if (fresh === undefined) return [said(old === undefined ? 'is in neither pin' : 'is gone')];
  const moves = fieldDifferences(old ?? [], fresh).map(said);
  const wrong = declared.flatMap(({ name: field, type }, place) => {
    const there = fresh[place];
    const fits = there?.name === field && agrees(type, there.type);
    return fits ? [] : [said(`field ${place} is declared as ${type} ${field}, and is ${shown(there)}`)];
  });
  const more = fresh.slice(declared.length).map((field) => said(`${shown(field)} is not declared`));
  return [...moves, ...wrong, ...more];
}

const shown = (field: Field | undefined) =>
  field === undefined ? 'not there' : `${field.type} ${field.name}`;

function fieldDifferences(old: readonly Field[], fresh: readonly Field[]): string[] {
  const place = (fields: readonly Field[], name: string) => fields.findIndex((field) => field.name === name);
  const gone = old.filter(({ name }) => place(fresh, name) < 0).map((field) => `${shown(field)} is gone`);
  const changed = fresh.flatMap((field, at) => {
    const was = place(old, field.name);
    if (was < 0) return [`${shown(field)} is new, field ${at}`];
    const before = old[was];
    const retyped = before?.type === field.type ? [] : [`${shown(before)} became ${shown(field)}`];
    return was === at ? retyped : [...retyped, `${field.name} moved from field ${was} to ${at}`];
  });
  return [...gone, ...changed];
}

function defaultDifferences(struct: string, before: string, after: string): Difference[] {
  const name = struct.replace(/_params$/, '_default_params');
  if (name === struct) return [];
  const [old, fresh] = [functionIn(before, name), functionIn(after, name)];
  return old === fresh ? [] : [{ about: 'defaults', name, says: `was { ${old} }, is { ${fresh} }` }];
}

function functionDifferences(name: string, before: string, after: string): Difference[] {
  const [old, fresh] = [prototypeIn(before, name), prototypeIn(after, name)];
  if (fresh === undefined)
    return [{ about: 'function', name, says: old === undefined ? 'is in neither pin' : 'is gone' }];
  if (old === undefined) return [{ about: 'function', name, says: `is new: ${fresh}` }];
  return old === fresh ? [] : [{ about: 'function', name, says: `was ${old}, is ${fresh}` }];
}

function operationDifferences(declared: readonly string[], before: Texts, after: Texts): Difference[] {
  const said = (name: string, says: string): Difference => ({ about: 'operation', name, says });
  const names = (text: string) =>
    [...(enumIn(text, 'ggml_op') ?? new Map<string, number>()).keys()].map((name) =>
      name.replace('GGML_OP_', ''),
    );
  const there = new Set(names(after.headers));
  const [old, fresh] = [operationsIn(before.operations), operationsIn(after.operations)];
  return [
    ...declared
      .filter((name) => !there.has(name))
      .map((name) => said(name, 'has a rule, and is no operation')),
    ...declared
      .filter((name) => there.has(name) && old.get(name) !== fresh.get(name))
      .map((name) => said(name, 'has a rule; what builds it changed, its parameters perhaps too')),
    ...listed(names(before.headers), names(after.headers)).map(({ name, says }) =>
      said(name, says === 'is new' ? 'is new; a model that uses it needs a rule' : says),
    ),
  ];
}

function listed(old: readonly string[], fresh: readonly string[]): { name: string; says: string }[] {
  return [
    ...old.filter((name) => !fresh.includes(name)).map((name) => ({ name, says: 'is gone' })),
    ...fresh.filter((name) => !old.includes(name)).map((name) => ({ name, says: 'is new' })),
  ];
}
