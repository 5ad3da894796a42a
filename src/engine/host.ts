import { Engine } from './engine.ts';
import { watchTemporaries } from './files/temporaries.ts';
import { loadRuntime } from './llama/runtime.ts';
import { parentChannel } from './process/parentProcess.ts';
import { serve } from './process/serve.ts';
import { memoryFromEnvironment } from './work/memoryLimit.ts';
import { threadsFromEnvironment } from './work/threads.ts';

/** The child process: the engine behind its parent's calls, llama.cpp's log on its way to the parent. */

/** ggml's level of informative lines; those below come by the thousand. */
const info = 2;

// a limit on the size of files is then an error of the write, and not the end of the process
process.on('SIGXFSZ', () => {});
// Ctrl-C in a terminal is heard by parent and child alike; what is to stop is for the parent to say
process.on('SIGINT', () => {});
const resources = { threads: threadsFromEnvironment(), memory: memoryFromEnvironment() };
const parent = serve(new Engine(resources), parentChannel());
watchTemporaries((path, there) => void parent.temporary.asEvent(path, there));
try {
  const runtime = await loadRuntime();
  runtime.setLog((level, text) => {
    if (level >= info) void parent.log.asEvent(level, text);
  });
} catch {
  // whoever asks for work that needs llama.cpp is told why there is none
}
