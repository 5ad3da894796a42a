import { type ChildProcess, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Answer, Order, Outcome } from './child.ts';

/** A mutant that takes longer hangs, in milliseconds; a busy machine may take as long to write the sound files. */
const longest = 10_000;
const longestForSeeds = 120_000;

export type End = Outcome | 'native crash' | 'hang';

/** One child, started anew after it ends. */
export class Worker {
  readonly #folder: string;
  #child: ChildProcess | undefined;
  #stderr = '';

  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    this.#folder = folder;
  }

  get #running(): ChildProcess {
    if (this.#child !== undefined) return this.#child;
    const child = fork(process.argv[1] ?? '', ['child', this.#folder], {
      execArgv: [],
      env: { ...process.env, XDG_CACHE_HOME: this.#folder },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    child.stderr?.on('data', (data) => {
      this.#stderr = `${this.#stderr}${data}`.slice(-4000);
    });
    this.#child = child;
    return child;
  }

  ask(order: Order): Promise<{ readonly end: End; readonly file: string; readonly says: string }> {
    this.#stderr = '';
    const child = this.#running;
    return new Promise((resolve) => {
      let file = '';
      const done = (end: End, says: string) => {
        clearTimeout(timer);
        child.removeAllListeners('message');
        child.removeAllListeners('close');
        resolve({ end, file, says });
      };
      const timer = setTimeout(
        () => {
          this.stop();
          done('hang', `longer than ${longest / 1000} s`);
        },
        'seeds' in order ? longestForSeeds : longest,
      );
      child.on('message', (answer: Answer) => {
        if ('began' in answer) file = answer.began;
        else if ('outcome' in answer) done(answer.outcome, answer.says);
        else done('accepted', '');
      });
      child.on('close', (code, signal) => {
        this.#child = undefined;
        done('native crash', `${signal ?? code}: ${lastWords(this.#stderr)}`);
      });
      child.send(order, () => {});
    });
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#child = undefined;
  }
}

/** What ggml said at the end: the line of its assertion. */
function lastWords(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  return (
    lines.find((line) => /GGML_ASSERT|GGML_ABORT|what\(\)|error:|\.(?:cpp|c|h):\d+/.test(line)) ??
    lines.at(-1) ??
    'no word'
  );
}
