import { type ChildProcess, execFile, fork } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import type { Answer, Order, Outcome } from './child.ts';

/** A mutant that computes for longer hangs, in seconds. */
const maxSeconds = 10;
/** One that waits for longer does too, in seconds; a busy machine may take as long to write the sound files. */
const maxWait = 120;

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
      let over = false;
      const done = (end: End, says: string) => {
        over = true;
        clearInterval(timer);
        child.removeAllListeners('message');
        child.removeAllListeners('close');
        resolve({ end, file, says });
      };
      const began = performance.now();
      const computedBefore = computed(child);
      const timer = setInterval(async () => {
        const took = ((await computed(child)) ?? 0) - ((await computedBefore) ?? 0);
        const waited = (performance.now() - began) / 1000;
        if (over || (waited < maxWait && ('seeds' in order || took < maxSeconds))) return;
        this.stop();
        done('hang', `longer than ${took < maxSeconds ? maxWait : maxSeconds} s`);
      }, 2000);
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

/** Seconds that a process has computed; undefined when it has ended. */
async function computed({ pid }: ChildProcess): Promise<number | undefined> {
  const time = await new Promise<string>((resolve) => {
    execFile('ps', ['-o', 'time=', '-p', String(pid)], (error, stdout) => resolve(error ? '' : stdout));
  });
  // [[days-]hours:]minutes:seconds
  const parts = time.trim().split(/[-:]/).map(Number);
  if (parts.length < 2 || parts.some(Number.isNaN)) return undefined;
  const units = [1, 60, 3600, 86_400];
  return parts.reverse().reduce((sum, part, index) => sum + part * (units[index] ?? 0), 0);
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
