import { JudgeV1 } from '../../formats/judge/v1.ts';
import { readFormat } from '../json/readFormat.ts';
import { readText } from '../json/readText.ts';

const mostBytes = 1 << 20;
const mostValues = 10_000;

/** Reads NAME.judge.json. @throws InputError with line and column of what is wrong */
export async function readJudgeFile(file: string) {
  return readFormat(await readText(file, mostBytes), file, JudgeV1, mostValues);
}

/** A command as a person reads it: every argument apart, whatever it holds. */
export const shownCommand = (command: readonly string[]): string =>
  command.map((part) => (/^[\w./:=@+-]+$/.test(part) ? part : JSON.stringify(part))).join(' ');
