import { JudgeV1 } from '../../formats/judge/v1.ts';
import { readFormat } from '../json/readFormat.ts';
import { readText } from '../json/readText.ts';

const maxBytes = 1 << 20;
const maxValues = 10_000;

/** Reads NAME.judge.json. @throws InputError with line and column of what is wrong */
export async function readJudgeFile(file: string) {
  return readFormat(await readText(file, maxBytes), file, JudgeV1, maxValues);
}

/** A command as a person reads it: every argument apart, whatever it holds. */
export const shownCommand = (command: readonly string[]): string =>
  command.map((part) => (/^[\w./:=@+-]+$/.test(part) ? part : JSON.stringify(part))).join(' ');
