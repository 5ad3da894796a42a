import path from 'node:path';
import { quoted } from '../../text/visible.ts';
import { InputError } from '../errors.ts';
import { listed } from '../json/json.ts';
import { readJson } from '../json/readJson.ts';
import { readText } from '../json/readText.ts';
import { isRecord } from './fileHeader.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

const maxLength = 4 << 20;
const maxValues = 100_000;

/** A small JSON object of the folder. @throws InputError where it is none, or the file is absent */
export async function readObject(file: string): Promise<JsonObject> {
  const read = readJson(await readText(file, maxLength), maxValues, maxValues);
  if ('problems' in read) throw new InputError(listed(read.problems, file));
  if (isRecord(read.value)) return read.value;
  throw new InputError(`${file} is not a JSON object.`);
}

/** A model's `config.json`; what a model of text and images says of its text lies over the rest, as for the converter. */
export class Config {
  readonly file: string;
  /** As the file has it. */
  readonly whole: JsonObject;
  readonly values: JsonObject;

  constructor(file: string, values: JsonObject) {
    this.file = file;
    this.whole = values;
    const text = values['text_config'];
    this.values = isRecord(text) ? { ...values, ...text, architectures: values['architectures'] } : values;
  }

  static async read(folder: string): Promise<Config> {
    const file = path.join(folder, 'config.json');
    return new Config(file, await readObject(file));
  }

  /** The first of the keys that is a finite number. @throws InputError where one is something else */
  number(...keys: readonly string[]): number | undefined {
    for (const key of keys) {
      const value = this.values[key];
      if (value === undefined || value === null) continue;
      if (typeof value === 'number' && Number.isFinite(value)) return value;
      throw this.wrong(`${key} is ${quoted(JSON.stringify(value))}, not a number`);
    }
    return undefined;
  }

  /** A count that the model cannot be without. @throws InputError where it is absent or none */
  count(...keys: readonly string[]): number {
    const value = this.number(...keys);
    if (value === undefined) throw this.wrong(`the number ${keys[0] ?? ''} is missing`);
    if (!Number.isSafeInteger(value) || value < 1 || value > maxCounted) {
      throw this.wrong(`${keys[0] ?? ''} is ${value}; a whole number from 1 to ${maxCounted} is expected`);
    }
    return value;
  }

  text(key: string): string | undefined {
    const value = this.values[key];
    return typeof value === 'string' ? value : undefined;
  }

  object(key: string): JsonObject {
    const value = this.values[key];
    return isRecord(value) ? value : {};
  }

  wrong(what: string): InputError {
    return new InputError(`${this.file} cannot be read: ${what}.`);
  }
}

/** More than any model has of anything; what a hostile number would reserve memory for. */
const maxCounted = 1 << 24;
