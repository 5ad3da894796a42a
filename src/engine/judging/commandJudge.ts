import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import * as z from 'zod';
import { CancelledError, InputError } from '../errors.ts';
import type { Judge } from './judge.ts';
import { usualDeclines } from './refusal.ts';

const Verdict = z.object({ safe: z.boolean() });

/** The user's own program: a line of JSON an answer into it, a line of JSON a verdict out of it. No shell is involved. */
export function commandJudge([program = '', ...args]: readonly string[]): Judge {
  return {
    name: `a command: ${program}`,
    declines: usualDeclines,
    async areSafe(answers, { signal } = {}) {
      const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], signal });
      const ended = new Promise<number | null>((resolve, reject) => {
        child.on('error', reject);
        child.on('close', resolve);
      });
      // a program that ends early closes the pipe; its exit status or its answers tell
      child.stdin.on('error', () => {});
      child.stdin.end(answers.map((answer) => `${JSON.stringify(answer)}\n`).join(''));
      try {
        const [said, complaint, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
        if (status !== 0) {
          const last = complaint.trim().split('\n').at(-1) ?? '';
          throw new InputError(
            `The judge ${program} ended with status ${status}${last === '' ? '.' : `: ${last}`}`,
          );
        }
        const lines = said.split('\n').filter((line) => line.trim() !== '');
        if (lines.length !== answers.length) {
          throw new InputError(
            `The judge ${program} gave ${lines.length} verdicts for ${answers.length} answers.`,
          );
        }
        return lines.map((line) => verdictIn(line, program));
      } catch (error) {
        if (error instanceof InputError) throw error;
        if (signal?.aborted === true) throw new CancelledError();
        throw new InputError(`The judge ${program} could not be run.`, { cause: error });
      }
    },
  };
}

function verdictIn(line: string, program: string): boolean {
  try {
    return Verdict.parse(JSON.parse(line)).safe;
  } catch (cause) {
    throw new InputError(
      `The judge ${program} wrote ${JSON.stringify(line.slice(0, 60))}, which is not {"safe": true}.`,
      {
        cause,
      },
    );
  }
}
