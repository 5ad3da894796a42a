import { expect, it } from 'vitest';
import { EngineError, InputError } from '../../../src/engine/errors.ts';
import { whyNotLoaded } from '../../../src/engine/llama/whyNotLoaded.ts';

const behind = ' | llama_model_load_from_file_impl: failed to load model';

it.each([
  ["unknown model architecture: 'bogus'", "unknown model architecture: 'bogus'"],
  [
    'error loading model hyperparameters: key not found in model: llama.context_length',
    'key not found in model: llama.context_length',
  ],
  [
    "check_tensor_dims: tensor 'blk.0.ffn_up.weight' not found",
    "check_tensor_dims: tensor 'blk.0.ffn_up.weight' not found",
  ],
])('a file that llama.cpp refuses is wrong input, for its reason: %s', (complaint, reason) => {
  const error = whyNotLoaded('m.gguf', `llama_model_load: error loading model: ${complaint}${behind}`);
  expect(error).toBeInstanceOf(InputError);
  expect(error.message).toBe(`m.gguf cannot be run by llama.cpp: ${reason}.`);
});

it.each([
  'llama_model_load: error loading model: unable to allocate CPU buffer',
  'llama_model_load: error loading model: failed to open m.gguf: Too many open files',
  'something else',
  '',
])('what the machine lacks is the engine that fails: %s', (complaint) => {
  const error = whyNotLoaded('m.gguf', complaint);
  expect(error).toBeInstanceOf(EngineError);
  expect(error.message).toBe(`llama.cpp cannot load m.gguf: ${complaint || 'it gave no reason'}`);
});
