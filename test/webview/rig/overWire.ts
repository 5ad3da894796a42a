/**
 * What arrives of a message that VS Code carries to or from a webview: JSON, with typed arrays as they are. Tests send
 * everything through this, so that a bigint or a NaN in a message shows here and not first in the real editor.
 */
export function overWire(message: unknown): unknown {
  const arrays: ArrayBufferView[] = [];
  const text = JSON.stringify(message, (_, value: unknown) => {
    if (!ArrayBuffer.isView(value)) return value;
    return { $array: arrays.push(value) - 1 };
  });
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'object' || value === null || !('$array' in value)) return value;
    return arrays[Number(value.$array)];
  });
}
