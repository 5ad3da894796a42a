import { connect, type Socket } from 'node:net';
import { EngineError } from '../errors.ts';
import { llamaVersion } from '../version.ts';
import { controlPort, endpointOf, type Server } from './addresses.ts';
import { beatMilliseconds, Hello, maxHelloLength, silenceMilliseconds } from './hello.ts';

/**
 * RPC servers that were greeted, and are watched from then on: llama.cpp waits for their answers without end. The
 * watch also keeps others from a server, which serves one at a time.
 */
export class ServerWatch implements Disposable {
  /** How a server was lost, to go behind "The engine": settles once, never where all stay. */
  readonly lost: Promise<string>;
  readonly #sockets: readonly Socket[];
  readonly #clock: NodeJS.Timeout;

  private constructor(greeted: readonly Greeted[], silence: number) {
    const quiet = new Map(greeted.map(({ server }) => [server, 0]));
    let resolve: (how: string) => void = () => {};
    this.lost = new Promise((settle) => {
      resolve = settle;
    });
    const tell = (server: Server, how: string) =>
      resolve(`lost the RPC server ${endpointOf(server)}, ${how},`);
    for (const { server, socket } of greeted) {
      socket.on('data', () => quiet.set(server, 0));
      socket.on('close', () => tell(server, 'whose connection was closed'));
    }
    // counted, since a process that was busy itself hears late what came in time
    this.#clock = setInterval(() => {
      for (const [server, before] of quiet) {
        quiet.set(server, before + beatMilliseconds);
        if (before + beatMilliseconds >= silence) {
          tell(server, `which has been silent for ${silence / 1000} s`);
        }
      }
    }, beatMilliseconds);
    this.#sockets = greeted.map(({ socket }) => socket);
  }

  /**
   * @param silence milliseconds after which a server counts as lost
   * @throws EngineError where one does not answer, is at work for somebody else, or has another llama.cpp
   */
  static async greet(servers: readonly Server[], silence = silenceMilliseconds): Promise<ServerWatch> {
    const outcomes = await Promise.allSettled(
      servers.map(async (server): Promise<Greeted> => ({ server, socket: await greet(server, silence) })),
    );
    const greeted = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
    const failed = outcomes.find((outcome) => outcome.status === 'rejected');
    if (failed === undefined) return new ServerWatch(greeted, silence);
    for (const { socket } of greeted) socket.destroy();
    throw failed.reason;
  }

  [Symbol.dispose](): void {
    clearInterval(this.#clock);
    for (const socket of this.#sockets)
      socket
        .removeAllListeners()
        .on('error', () => {})
        .destroy();
  }
}

interface Greeted {
  readonly server: Server;
  readonly socket: Socket;
}

/** Hears the greeting of a server; the connection stays. */
async function greet(server: Server, silence: number): Promise<Socket> {
  const socket = connect({ host: server.host, port: controlPort(server.port) });
  socket.setTimeout(silence);
  try {
    const { llama, tool, busy } = await helloOn(socket, server);
    if (llama !== llamaVersion) {
      throw new EngineError(
        `The RPC server ${endpointOf(server)} runs llama.cpp ${llama} (${tool}), and this is llama.cpp ${llamaVersion}; install the same version of Palimpsest on both sides.`,
      );
    }
    if (busy) {
      throw new EngineError(
        `The RPC server ${endpointOf(server)} is at work for somebody else; it serves one program at a time.`,
      );
    }
    return socket.setTimeout(0);
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

function helloOn(socket: Socket, server: Server): Promise<Hello> {
  const place = `${server.host}:${controlPort(server.port)}`;
  return new Promise((resolve, reject) => {
    const fail = (how: string) =>
      reject(
        new EngineError(
          `The RPC server ${endpointOf(server)} cannot be used: ${how} at ${place}. Start it with: palimpsest rpc serve --port ${server.port}`,
        ),
      );
    let text = '';
    const heard = (data: Buffer) => {
      text += data.toString('latin1');
      const end = text.indexOf('\n');
      if (end < 0 && text.length <= maxHelloLength) return;
      socket.off('data', heard).resume();
      const hello = end < 0 ? undefined : helloFrom(text.slice(0, end));
      if (hello === undefined) fail('something else answers');
      else resolve(hello);
    };
    socket.on('data', heard);
    socket.on('error', (error) => fail(`nothing answers (${error.message})`));
    socket.on('timeout', () => fail('nothing answers'));
    socket.on('close', () => fail('the connection was closed'));
  });
}

function helloFrom(line: string): Hello | undefined {
  try {
    return Hello.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}
