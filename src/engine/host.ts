import { Engine } from './engine.ts';
import { threadsFromEnvironment } from './facade/threads.ts';
import { loadRuntime } from './llama/runtime.ts';
import { parentChannel } from './process/parentProcess.ts';
import { serve } from './process/serve.ts';

/** The child process: the engine behind its parent's calls, llama.cpp's log on its way to the parent. */

/** ggml's level of informative lines; those below come by the thousand. */
const info = 2;

// a limit on the size of files is then an error of the write, and not the end of the process
process.on('SIGXFSZ', () => {});
const parent = serve(new Engine({ threads: threadsFromEnvironment() }), parentChannel());
const runtime = await loadRuntime();
runtime.setLog((level, text) => {
  if (level >= info) void parent.log.asEvent(level, text);
});
