import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { EngineParams } from '../../../protocol/engine.ts';
import type { RpcServing } from '../../../protocol/servers.ts';
import { CancelledError, EngineError } from '../../errors.ts';
import { onThread } from '../../llama/abortFlag.ts';
import { computingDevices, memoryOf } from '../../llama/devices.ts';
import type { Functions } from '../../llama/functions.ts';
import type { Pointer } from '../../llama/library.ts';
import { startServer } from '../../llama/rpcBackend.ts';
import { loadRuntime } from '../../llama/runtime.ts';
import { endpointOf, type Server } from '../../servers/addresses.ts';
import { expectFree, openControl } from '../../servers/control.ts';
import { builtModule } from '../../servers/module.ts';
import type { EngineWork } from '../../work/engineApi.ts';
import { threadsFromEnvironment } from '../../work/threads.ts';

/** How long llama.cpp may take to listen. */
const startMilliseconds = 20_000;

/**
 * Serves this machine's devices (all GPUs, else the CPU) until the process ends: llama.cpp's server cannot be stopped.
 *
 * @throws InputError where a port is taken; EngineError where the server ends; CancelledError when it is to stop
 */
export async function serveDevices(
  server: EngineParams['rpcServe'],
  { signal, onEvent }: EngineWork<'rpcServe'> = {},
): Promise<never> {
  const module = await builtModule();
  const runtime = await loadRuntime();
  const { c, version } = runtime;
  const { gpus, cpu } = computingDevices(c);
  const devices = gpus.length > 0 ? gpus : [cpu];
  await expectFree(server);
  const control = await openControl(server);
  try {
    const threads = threadsFromEnvironment() ?? runtime.threads;
    const pointers = BigUint64Array.from(devices);
    const ended = onThread(
      startServer(c, module),
      endpointOf(server),
      null,
      threads,
      devices.length,
      pointers,
    ).then(() => runtime.takeComplaints());
    await Promise.race([answers(server), ended, stopped(signal)]);
    onEvent?.({ llama: version, devices: devices.map((device) => described(c, device)) });
    const complaints = await Promise.race([ended, stopped(signal)]);
    throw new EngineError(`The RPC server at ${endpointOf(server)} ended. ${complaints}`.trim());
  } finally {
    control.close();
  }
}

/** Waits until llama.cpp listens. */
async function answers({ host, port }: Server): Promise<void> {
  const end = performance.now() + startMilliseconds;
  while (performance.now() < end) {
    const there = await new Promise<boolean>((resolve) => {
      const socket = connect({ host, port }, () => resolve(true)).on('error', () => resolve(false));
      socket.on('connect', () => socket.destroy());
    });
    if (there) return;
    await wait(50);
  }
  throw new EngineError(`llama.cpp does not answer at ${host}:${port}.`);
}

function stopped(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    const stop = () => reject(new CancelledError('The server'));
    if (signal?.aborted) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}

function described(c: Functions, device: Pointer): RpcServing['devices'][number] {
  return {
    name: c.ggml_backend_dev_name(device),
    description: c.ggml_backend_dev_description(device),
    ...memoryOf(c, device),
  };
}
