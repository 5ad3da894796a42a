import type { GgufHeader, GgufKind } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { checkAdapter } from './adapter.ts';
import { checkArchitecture } from './architecture.ts';
import { stringOf } from './header.ts';
import { KEYS } from './names.ts';

const SAYS: Readonly<Record<GgufKind, string>> = {
  model: 'a model',
  adapter: 'an adapter, which changes a model',
  projector: 'the image or audio projector of a model',
  vocabulary: 'a vocabulary without weights',
  'control vector': 'a control vector',
  'importance matrix': 'an importance matrix',
};

/** Tells by `general.type`, and for files without it by what they hold. */
export function kindOf(header: GgufHeader): GgufKind {
  const type = stringOf(header, 'general.type');
  const architecture = stringOf(header, KEYS.architecture);
  if (type === 'adapter' || header.metadata.has('adapter.type')) return 'adapter';
  if (type === 'mmproj' || architecture === 'clip') return 'projector';
  if (type === 'imatrix') return 'importance matrix';
  if (architecture === 'controlvector') return 'control vector';
  return header.tensors.length === 0 ? 'vocabulary' : 'model';
}

/** Passes a language model whose metadata and tensors agree. Errors: `InputError`. */
export function expectModel(header: GgufHeader): void {
  const kind = kindOf(header);
  if (kind !== 'model') {
    throw new InputError(
      `${header.name} is ${SAYS[kind]}, not a model; name the GGUF file of a language model.`,
    );
  }
  checkArchitecture(header);
}

/** Passes a LoRA adapter that llama.cpp can apply: a patch. Errors: `InputError`. */
export function expectAdapter(header: GgufHeader): void {
  const kind = kindOf(header);
  if (kind !== 'adapter') {
    throw new InputError(`${header.name} is ${SAYS[kind]}, not a patch; name a LoRA adapter in GGUF form.`);
  }
  checkAdapter(header);
}
