/** A model's path without the ending of its format: what lies beside it under its name is called so. A folder has none. */
export const modelStem = (file: string): string =>
  file.replace(/\.(?:gguf|safetensors(?:\.index\.json)?)$/, '');
