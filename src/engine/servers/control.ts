import { createServer, type Server as Listener, type Socket } from 'node:net';
import { InputError } from '../errors.ts';
import { llamaVersion, toolVersion } from '../version.ts';
import { controlPort, type Server } from './addresses.ts';
import { beat, beatMilliseconds, type Hello } from './hello.ts';

/**
 * Greets whoever comes to a server's control port, and tells the first, for as long as it stays, that the server lives.
 *
 * @throws InputError where the port is taken
 */
export async function openControl({ host, port }: Server): Promise<Listener> {
  let served: Socket | undefined;
  const listener = createServer((socket) => {
    const hello: Hello = { tool: toolVersion, llama: llamaVersion, busy: served !== undefined };
    // whoever is gone is told by `close`
    socket.on('error', () => {});
    socket.setKeepAlive(true);
    const greeting = `${JSON.stringify(hello)}\n`;
    if (hello.busy) {
      socket.end(greeting);
      return;
    }
    served = socket;
    socket.write(greeting);
    const beats = setInterval(() => socket.write(beat), beatMilliseconds);
    socket.resume().on('close', () => {
      clearInterval(beats);
      served = undefined;
    });
  });
  await listening(listener, { host, port: controlPort(port) });
  return listener;
}

/** @throws InputError where nobody can listen there: it is taken, or no address of this machine */
export async function expectFree(place: Server): Promise<void> {
  const listener = createServer();
  await listening(listener, place);
  await new Promise((resolve) => listener.close(resolve));
}

function listening(listener: Listener, { host, port }: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    listener.once('error', ({ message }) =>
      reject(new InputError(`${host}:${port} cannot be listened at: ${message}.`)),
    );
    listener.listen({ host, port }, resolve);
  });
}
