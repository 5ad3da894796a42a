import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Declared, declared } from '../../../scripts/llama/declared.ts';
import { differences } from '../../../scripts/llama/differences.ts';
import { installedBundle, openSource, type Source } from '../../../scripts/llama/source.ts';

/** What `npm run compare:llama` says of the installed pin, and of the same with something changed in its own text. */

const scratch = mkdtempSync(path.join(tmpdir(), 'palimpsest-pin-'));
const texts = new Map<string, string | undefined>();
let pin: Source;
let mine: Declared;

beforeAll(() => {
  const source = openSource(installedBundle, scratch);
  pin = {
    ...source,
    read: (file) => {
      if (!texts.has(file)) texts.set(file, source.read(file));
      return texts.get(file);
    },
  };
  mine = declared();
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const llama = 'include/llama.h';
const ggml = 'ggml/include/ggml.h';
const operations = 'ggml/src/ggml.c';

/** The pin with a text in one of its files replaced, which must be there. */
function changed(file: string, from: string | RegExp, to: string): Source {
  const text = pin.read(file);
  const fresh = text?.replace(from, to);
  if (fresh === undefined || fresh === text) throw new Error(`${file} has no ${from}`);
  return { ...pin, name: 'changed', read: (asked) => (asked === file ? fresh : pin.read(asked)) };
}

const said = (to: Source) =>
  differences(pin, to, mine).map(({ about, name, says }) => `${about} ${name}: ${says}`);

it('what is declared is what the installed pin has', () => {
  expect(mine.structs.size).toBeGreaterThanOrEqual(7);
  expect(mine.functions.length).toBeGreaterThan(100);
  expect(mine.operations).toContain('ROPE');
  expect(said(pin)).toEqual([]);
});

it('a field between others is new, and moves those behind it away from what is declared', () => {
  const found = said(changed(llama, 'uint32_t n_batch;', 'uint32_t n_fresh; uint32_t n_batch;'));
  expect(found).toContain('struct llama_context_params: uint32_t n_fresh is new, field 1');
  expect(found).toContain('struct llama_context_params: n_batch moved from field 1 to 2');
  expect(found).toContain(
    'struct llama_context_params: field 1 is declared as uint32 n_batch, and is uint32_t n_fresh',
  );
});

it('a field at the end is not declared', () => {
  const found = said(changed(llama, /struct llama_context \* ctx_other;/, '$& bool fresh;'));
  expect(found).toContain('struct llama_context_params: bool fresh is not declared');
});

it('a field of another type', () => {
  const found = said(changed(llama, /float\s+defrag_thold;/, 'double defrag_thold;'));
  expect(found).toEqual([
    'struct llama_context_params: float defrag_thold became double defrag_thold',
    'struct llama_context_params: field 21 is declared as float defrag_thold, and is double defrag_thold',
  ]);
});

it('another default', () => {
  const found = said(changed('src/llama-context.cpp', /\/\*\.n_ctx\s+=\*\/ 512/, '/*.n_ctx =*/ 4096'));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatch(/^defaults llama_context_default_params: was .*512.*, is .*4096/);
});

it('a function with another parameter, and one that is gone', () => {
  expect(said(changed(ggml, /ggml_scale\(\s+struct ggml_context \* ctx,/, '$& int fresh,'))).toEqual([
    expect.stringMatching(/^function ggml_scale: was .*, is .*\(struct ggml_context \*, int, /),
  ]);
  expect(said(changed(llama, /llama_model_n_embd\b/g, 'llama_model_width'))).toContain(
    'function llama_model_n_embd: is gone',
  );
});

it('an operation that is built otherwise, one that is gone, one that is new', () => {
  const built = said(changed(operations, 'params[15] = 0;', 'params[15] = 1;'));
  expect(built).toEqual(['operation ROPE: has a rule; what builds it changed, its parameters perhaps too']);
  const named = said(changed(ggml, 'GGML_OP_RMS_NORM,', 'GGML_OP_FRESH_NORM,'));
  expect(named).toContain('operation RMS_NORM: has a rule, and is no operation');
  expect(named).toContain('operation FRESH_NORM: is new; a model that uses it needs a rule');
});

it('an architecture that is new', () => {
  const to = { ...pin, list: (folder: string) => [...pin.list(folder), 'fresh.cpp'] };
  expect(said(to)).toEqual(['architecture src/models/fresh.cpp: is new']);
});

it('comments and spaces are no change', () => {
  expect(said(changed(llama, 'uint32_t n_batch;', 'uint32_t   n_batch; /* { more } */'))).toEqual([]);
});
