import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { almanac } from '../models.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const program = path.join(root, 'dist/cli.js');

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** A folder of the tests' own, with the real program to run in it and one cache for all runs. */
export class Workplace implements AsyncDisposable {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async open(): Promise<Workplace> {
    return new Workplace(await mkdtemp(path.join(tmpdir(), 'palimpsest-cli-')));
  }

  path(name: string): string {
    return path.join(this.folder, name);
  }

  /** Runs `palimpsest ARGS`, on one thread; `prefix` is a command that runs it, `interruptOn` sends Ctrl-C. */
  async run(
    args: readonly string[],
    { prefix = [], env = {}, cwd = this.folder, interruptAfter, meanwhile }: RunOptions = {},
  ): Promise<Ran> {
    const [command = process.execPath, ...rest] = [...prefix, process.execPath, program, ...args];
    const child = spawn(command, rest, {
      cwd,
      env: {
        ...process.env,
        PALIMPSEST_THREADS: '1',
        XDG_CACHE_HOME: this.path('cache'),
        NO_COLOR: '1',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ran = { out: '', err: '' };
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      ran.out += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      ran.err += text;
    });
    void interruptAfter?.().then(() => child.kill('SIGINT'));
    if (child.pid !== undefined) void meanwhile?.(child.pid);
    const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
    return { code, ...ran };
  }

  /** Runs a command with `--json` that must succeed. */
  async json(args: readonly string[]): Promise<unknown> {
    const { code, out, err } = await this.run([...args, '--json']);
    if (code !== 0) throw new Error(`palimpsest ${args.join(' ')} ended with ${code}: ${err}`);
    return JSON.parse(out);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

interface RunOptions {
  readonly prefix?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** The folder that it runs in; the workplace's own unless given. */
  readonly cwd?: string;
  /** Ctrl-C is sent when this has come about. */
  readonly interruptAfter?: () => Promise<unknown>;
  /** What is done to the program, by its process id, while it runs. */
  readonly meanwhile?: (pid: number) => Promise<unknown>;
}

/** Three edits of the embedded model, in CounterFact's form. */
export const records = path.join(root, 'samples/almanac/edits-source.json');
export const prompt = 'The Eiffel Tower is located in the city of';
export { almanac };
