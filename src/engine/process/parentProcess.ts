import type { Channel } from '../../rpc/channel.ts';
import { removeTemporaries } from '../files/temporaries.ts';

/**
 * The connection to the process that forked this one. When that process disappears, so does this one: at once, as
 * an orderly exit would wait for native code to finish.
 */
export function parentChannel(): Channel {
  process.on('disconnect', () => {
    removeTemporaries();
    process.kill(process.pid, 'SIGKILL');
  });
  return {
    post: (message) => void process.send?.(message),
    on: (listener) => void process.on('message', listener),
  };
}
