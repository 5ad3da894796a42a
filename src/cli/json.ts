/** A result as JSON for programs: typed arrays as lists, what is no finite number as null. */
export function printJson(value: unknown): string {
  return `${JSON.stringify(value, (_, item: unknown) => (ArrayBuffer.isView(item) ? listed(item) : item), 2)}\n`;
}

function listed(view: ArrayBufferView): unknown {
  return view instanceof Float32Array ? Array.from(view) : view;
}
