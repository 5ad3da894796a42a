import { engineClient } from '../../../src/engine/client.ts';

/** A parent of its own: starts the engine named on the command line, says its process id, and waits to be killed. */
const client = engineClient({ hostPath: process.argv[2] ?? '' });
await client.probe({ model: 'm.gguf', prompt: 'x' });
process.send?.(client.pid);
