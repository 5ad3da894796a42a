import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { RpcBuilt } from '../../../src/protocol/servers.ts';
import type { Workplace } from '../cli/palimpsest.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const program = path.join(root, 'dist/cli.js');

/** Builds the RPC backend, once for all runs of the tests, and lays it where the workplace's programs look. */
export async function buildFor(place: Workplace): Promise<RpcBuilt> {
  const kept = path.join(root, '.cache/rpc');
  const { code, out, err } = await place.run(['rpc', 'build', '--json'], { env: { XDG_CACHE_HOME: kept } });
  if (code !== 0) throw new Error(err);
  const built = RpcBuilt.parse(JSON.parse(out));
  const module = path.join(place.path('cache'), path.relative(kept, built.module));
  await mkdir(path.dirname(module), { recursive: true, mode: 0o700 });
  await cp(built.module, module);
  return built;
}

/** `palimpsest rpc serve` in a process group of its own, on a port that was free. */
export class RpcServer implements Disposable {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly ended: Promise<number | null>;

  private constructor(port: number, child: ChildProcess) {
    this.port = port;
    this.#child = child;
    this.ended = new Promise((resolve) => child.on('close', resolve));
  }

  static async start(place: Workplace, at?: number): Promise<RpcServer> {
    const port = at ?? (await freePort());
    const child = spawn(process.execPath, [program, 'rpc', 'serve', '--port', String(port)], {
      detached: true,
      env: { ...process.env, PALIMPSEST_THREADS: '1', XDG_CACHE_HOME: place.path('cache') },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const server = new RpcServer(port, child);
    let said = '';
    await new Promise<void>((resolve, reject) => {
      const hear = (text: string) => {
        said += text;
        if (said.includes('Use it with')) resolve();
      };
      child.stdout.setEncoding('utf8').on('data', hear);
      child.stderr.setEncoding('utf8').on('data', hear);
      child.on('close', () => reject(new Error(said)));
    });
    return server;
  }

  get address(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** To the program and the process that computes. */
  signal(signal: NodeJS.Signals): void {
    if (this.#child.pid !== undefined) process.kill(-this.#child.pid, signal);
  }

  [Symbol.dispose](): void {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.signal('SIGKILL');
  }
}

/** A port that is free, and the next with it. */
export async function freePort(): Promise<number> {
  const listener = createServer();
  await new Promise<void>((resolve) => listener.listen(0, '127.0.0.1', resolve));
  const address = listener.address();
  await new Promise((resolve) => listener.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port < 65535 ? address.port : freePort();
}
