import { InputError } from '../errors.ts';
import type { Pointer } from './library.ts';
import type { Model } from './model.ts';
import { Owned } from './owned.ts';

/** A LoRA adapter loaded beside a model: it does nothing until a context is told to use it. */
export class Adapter extends Owned {
  readonly path: string;

  private constructor(path: string, pointer: Pointer, model: Model) {
    super(pointer, (adapter) => {
      // llama.cpp frees a model's adapters with the model
      if (!model.disposed) model.runtime.c.llama_adapter_lora_free(adapter);
    });
    this.path = path;
  }

  /** @throws InputError with llama.cpp's own complaint when the file is no adapter for this model. */
  static load(model: Model, path: string): Adapter {
    const { c } = model.runtime;
    model.runtime.takeComplaints();
    const pointer = c.llama_adapter_lora_init(model.pointer, path);
    if (pointer === null) {
      throw new InputError(`${path} cannot be applied to ${model.path}: ${model.runtime.takeComplaints()}`);
    }
    return new Adapter(path, pointer, model);
  }
}
