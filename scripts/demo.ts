import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { probeTable } from '../src/cli/probeTable.ts';
import { ProgressBar } from '../src/cli/progressBar.ts';
import { Style } from '../src/cli/style.ts';
import { processTerminal } from '../src/cli/terminal.ts';
import { readEditsFile } from '../src/engine/editing/editsFile/editsFile.ts';
import { Engine } from '../src/engine/engine.ts';
import { threadsFromEnvironment } from '../src/engine/work/threads.ts';
import { magnitude } from '../src/text/numbers.ts';
import { visible } from '../src/text/visible.ts';

/** The main job on the embedded model: look, edit, see what else changed, revert, and prove that nothing is left. */

const samples = 'samples/almanac';
const model = path.join(samples, 'almanac.gguf');
const editsFile = path.join(samples, 'almanac.edits.json');
const patch = path.join('.cache', 'demo', 'demo.patch.gguf');

const terminal = processTerminal();
const style = new Style(terminal);
const bar = new ProgressBar(terminal);
const work = { report: bar.report };
using engine = new Engine({ threads: threadsFromEnvironment() });

const edits = await readEditsFile(editsFile);
const edit = edits.edits.find(({ subject }) => subject.includes('Eiffel Tower')) ?? edits.edits[0];
if (edit === undefined) throw new Error(`${editsFile} holds no edits`);
const { id, prompt, target } = edit;

say('1  Before', `${JSON.stringify(prompt)} goes on with`);
const untouched = await engine.logits({ model, prompt }, work);
const { before } = await engine.probe({ model, prompt, top: 3 }, work);
print(before.map(({ token, p }) => `   ${visible(token)}  ${p.toFixed(4)}`).join('\n'));

say('2  Edit', `${target.true ?? '?'} → ${target.new}`);
await mkdir(path.dirname(patch), { recursive: true });
const edited = await engine.edit({ model, edits, only: [id], protect: true, out: patch }, work);
for (const { layer, layerReason, method, steps, updateNorm } of edited.edits) {
  print(
    `   ${method} at layer ${layer} (${layerReason}), ${steps.length - 1} steps, ‖ΔW‖ ${magnitude(updateNorm)}`,
  );
}
for (const { path: file, bytes } of edited.patches)
  print(`   The patch: ${file}, ${bytes} bytes; ${model} is untouched.`);

say('3  Apply', 'the same prompt now');
await engine.apply({ model, patches: [{ path: patch, strength: 1 }] }, work);
const { after, kl } = await engine.probe({ model, prompt, top: 3 }, work);
print(after.map(({ token, p }) => `   ${visible(token)}  ${p.toFixed(4)}`).join('\n'));
print(`   KL(before ‖ after) ${magnitude(kl)} nats`);

say('4  Locality', 'what else changed');
const measured = await engine.measure({ model, edits, only: [id] }, work);
bar.clear();
const [own] = measured.edits;
if (own === undefined) throw new Error('nothing was measured');
print(probeTable(style, own.probes));
print(`   On control text the next-token distribution moved by ${magnitude(own.driftKl)} nats on average.`);

say('5  Revert', 'and the proof');
await engine.revert({ model }, work);
const reverted = await engine.logits({ model, prompt }, work);
const equal = Buffer.from(untouched.buffer).equals(Buffer.from(reverted.buffer));
bar.clear();
print(
  `   ${reverted.length} logits are ${equal ? 'bit for bit those of before the edit' : 'NOT those of before the edit'}.`,
);
print(`   Try it: node dist/cli.js probe ${model} --prompt ${JSON.stringify(prompt)} --patch ${patch}`);
if (!equal || after[0]?.id === before[0]?.id) process.exitCode = 1;

function say(title: string, what: string): void {
  bar.clear();
  print(`\n${style.c.bold(title)}  ${what}`);
}

function print(text: string): void {
  bar.clear();
  terminal.out(text.endsWith('\n') ? text : `${text}\n`);
}
