import type { TensorInfo } from '../../protocol/gguf.ts';
import { InputError } from '../errors.ts';
import { openFile } from '../files/source.ts';
import type { ModelFiles } from './split.ts';

/** The stored bytes of one tensor, read by position from the part of the model that holds it. */
export async function readTensorBytes(files: ModelFiles, info: TensorInfo): Promise<Uint8Array> {
  const path = files.paths[info.part];
  if (path === undefined)
    throw new Error(`${info.name} lies in part ${info.part}, which the model does not have`);
  await using source = await openFile(path);
  const bytes = await source.read(info.offset, info.byteLength);
  if (bytes.byteLength !== info.byteLength) {
    throw new InputError(`${path} has become shorter while it was read (tensor ${info.name}).`);
  }
  return bytes;
}
