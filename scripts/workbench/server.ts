import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { codeServerEntry, node24 } from './places.ts';
import { quietSettings } from './settings.ts';

export interface ServerOptions {
  /** Where the VSIX is installed, see `installVsix`. */
  extensions: string;
  /** User settings beside the quiet ones. */
  settings?: Record<string, unknown>;
  /** Every folder is trusted, unless Restricted Mode is what is looked at. */
  trusted?: boolean;
  /** Where the engine keeps covariances; one of its own without it. */
  cache?: string | undefined;
}

/**
 * A VS Code server with a home, settings and state of its own in a temporary folder. It runs in its own process group,
 * which ends with it: extension host, file watcher and engine.
 */
export class Server implements AsyncDisposable {
  readonly origin: string;
  /** Holds everything that the server writes; removed at its end. */
  readonly folder: string;
  private readonly process: ChildProcess;

  private constructor(process: ChildProcess, origin: string, folder: string) {
    this.process = process;
    this.origin = origin;
    this.folder = folder;
  }

  static async start({ extensions, settings = {}, trusted = true, cache }: ServerOptions): Promise<Server> {
    const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-workbench-'));
    const user = path.join(folder, 'data/User');
    await mkdir(user, { recursive: true });
    await writeFile(path.join(user, 'settings.json'), JSON.stringify({ ...quietSettings, ...settings }));
    const port = await freePort();
    const args = ['--bind-addr', `127.0.0.1:${port}`, '--extensions-dir', extensions, ...quiet];
    if (trusted) args.push('--disable-workspace-trust');
    const server = new Server(await startIn(folder, args, cache), `http://127.0.0.1:${port}`, folder);
    try {
      await server.healthy();
    } catch (error) {
      await server[Symbol.asyncDispose]();
      throw error;
    }
    return server;
  }

  /** The process of the server; those that it started are below it. */
  get pid(): number {
    const { pid } = this.process;
    if (pid === undefined) throw new Error('The server has not been started.');
    return pid;
  }

  /** The address at which a folder is open. */
  address(folder: string): string {
    return `${this.origin}/?folder=${encodeURIComponent(folder)}`;
  }

  private async healthy(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await setTimeout(100)) {
      if (this.process.exitCode !== null) break;
      const answer = await fetch(`${this.origin}/healthz`).catch(() => undefined);
      if (answer?.ok) return;
    }
    const log = await readFile(path.join(this.folder, 'server.log'), 'utf8');
    throw new Error(`code-server did not start:\n${log.slice(-2000)}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await endGroup(this.process);
    await rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

/** Installs the VSIX into a folder that servers can share. */
export async function installVsix(vsix: string, extensions: string): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'palimpsest-install-'));
  try {
    const installing = await startIn(folder, ['--extensions-dir', extensions, '--install-extension', vsix]);
    const [code] = await once(installing, 'exit');
    const log = await readFile(path.join(folder, 'server.log'), 'utf8');
    if (code !== 0) throw new Error(`The VSIX could not be installed:\n${log}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const quiet = [
  '--auth=none',
  '--disable-telemetry',
  '--disable-update-check',
  '--disable-getting-started-override',
  '--disable-proxy',
  '--ignore-last-opened',
];

/** Starts code-server with everything that it writes below `folder`, and without a marketplace to ask. */
async function startIn(folder: string, args: string[], cache?: string): Promise<ChildProcess> {
  const config = path.join(folder, 'config.yaml');
  await writeFile(config, 'cert: false\n');
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(VSCODE|CODE_SERVER|ELECTRON)_/.test(name),
  );
  const home = path.join(folder, 'home');
  await mkdir(home, { recursive: true });
  const log = openSync(path.join(folder, 'server.log'), 'a');
  try {
    return spawn(
      node24,
      [codeServerEntry, '--config', config, '--user-data-dir', path.join(folder, 'data'), ...args],
      {
        env: {
          ...Object.fromEntries(inherited),
          HOME: home,
          XDG_CONFIG_HOME: path.join(home, '.config'),
          XDG_DATA_HOME: path.join(home, '.local/share'),
          XDG_CACHE_HOME: cache ?? path.join(home, '.cache'),
          EXTENSIONS_GALLERY: '{}',
        },
        stdio: ['ignore', log, log],
        detached: true,
      },
    );
  } finally {
    closeSync(log);
  }
}

/** Ends a process and all that it started; what does not end within five seconds is killed. */
async function endGroup(leader: ChildProcess): Promise<void> {
  if (leader.pid === undefined) return;
  const gone = leader.exitCode === null && leader.signalCode === null ? once(leader, 'exit') : undefined;
  signal(leader.pid, 'SIGTERM');
  await Promise.race([gone, setTimeout(5000, undefined, { ref: false })]);
  signal(leader.pid, 'SIGKILL');
}

function signal(group: number, name: 'SIGTERM' | 'SIGKILL'): void {
  try {
    process.kill(-group, name);
  } catch {
    // nobody is left of it
  }
}

/** A port that nobody listens on, as the system gives it. */
async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  if (address === null || typeof address === 'string') throw new Error('The system gives no port.');
  return address.port;
}
