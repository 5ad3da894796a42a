import { readdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readEditsFile } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { digestFile } from '../../../src/engine/files/digest.ts';
import { Targets } from '../../../src/protocol/editableLayers.ts';
import { Edited, Measured } from '../../../src/protocol/editing.ts';
import { engineMethods } from '../../../src/protocol/engine.ts';
import { Info } from '../../../src/protocol/model.ts';
import { Baked, PatchInfo } from '../../../src/protocol/patches.ts';
import { almanac, prompt, records, Workplace } from './palimpsest.ts';

let place: Workplace;
let digest: string;
let ids: string[];
beforeAll(async () => {
  place = await Workplace.open();
  digest = await digestFile(almanac);
  await place.json(['import', records, '--format', 'counterfact', '--out', 'facts.edits.json']);
  const all = await readEditsFile(place.path('facts.edits.json'));
  const few = { ...all, edits: all.edits.slice(0, 3) };
  ids = few.edits.map(({ id }) => id);
  await writeFile(place.path('few.edits.json'), JSON.stringify(few));
});
afterAll(async () => {
  expect(await digestFile(almanac)).toBe(digest);
  await place[Symbol.asyncDispose]();
});

describe('the main job on the command line', () => {
  it('imports records into an edits file', async () => {
    const { count, written, skipped } = engineMethods.importRecords.result.parse(
      await place.json([
        ...['import', records, '--format', 'counterfact', '--out', 'again.edits.json', '--model', almanac],
      ]),
    );
    const [file = ''] = written;
    expect(path.basename(file)).toBe('again.edits.json');
    const edits = await readEditsFile(place.path('again.edits.json'));
    expect(edits.model).toEqual({ digest, name: 'almanac' });
    expect(skipped).toEqual([]);
    expect(edits.edits.length).toBe(count);
    expect(count).toBeGreaterThanOrEqual(10);
  });

  it('finds the sample edits made for the sample model', async () => {
    const sample = path.join(path.dirname(almanac), 'almanac.edits.json');
    expect((await readEditsFile(sample)).model?.digest).toBe(digest);
  });

  it('says what the model is', async () => {
    const info = Info.parse(await place.json(['info', almanac, '--digest']));
    expect(info).toMatchObject({ architecture: 'llama', layers: 6, embedding: 256, digest });
    expect(info.tensors.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(info.bytes);
    expect(info.tensors.length).toBe(info.quantisation.reduce((sum, { tensors }) => sum + tensors, 0));
  });

  it('says where the model can be edited, and proposes a layer with its reason', async () => {
    const { layers, proposed } = Targets.parse(await place.json(['targets', almanac]));
    expect(layers.map(({ editable }) => editable)).toEqual([true, true, true, true, true, false]);
    expect(layers[2]?.tensors[0]?.name).toBe('blk.2.ffn_down.weight');
    expect(proposed).toEqual({ layer: 2, reason: expect.stringContaining('almanac') });
    expect((await place.run(['targets', almanac])).out).toContain('yes, proposed');
  });

  it('checks edits against the model, with lines and columns, before they are computed', async () => {
    const right = await place.run(['check', almanac, '--edits', 'few.edits.json']);
    expect([right.code, right.out]).toEqual([0, 'Nothing is wrong with these edits.\n']);
    const edit = '{ "id": "a", "prompt": "The Louvre is in", "subject": "Louvr", "target": { "new": "Rome" }';
    await writeFile(place.path('wrong.edits.json'), `{ "edits": [\n  ${edit}, "layer": 7 }\n] }\n`);
    const wrong = await place.run(['check', almanac, '--edits', 'wrong.edits.json']);
    expect(wrong.code).toBe(2);
    expect(wrong.out).toMatch(
      /^wrong\.edits\.json:2:\d+: edits\[0\]\.subject: warning: The subject ends inside/m,
    );
    expect(wrong.out).toMatch(/^wrong\.edits\.json:2:\d+: edits\[0\]\.layer: error: There is no layer 7/m);
    expect(wrong.err).toBe('1 error in wrong.edits.json.\n');
  });

  it('computes one edit, which changes the answer to its prompt', async () => {
    const args = [
      'edit',
      almanac,
      '--edits',
      'few.edits.json',
      '--only',
      ids[0] ?? '',
      '--out',
      'one.patch.gguf',
    ];
    const { edits, patches } = Edited.parse(await place.json(args));
    expect(edits).toHaveLength(1);
    expect(edits[0]?.steps.at(-1)?.nll).toBeLessThan(0.1);
    expect(patches).toEqual([
      { path: 'one.patch.gguf', bytes: (await stat(place.path('one.patch.gguf'))).size, edits: [ids[0]] },
    ]);
    const probe = ['probe', almanac, '--prompt', prompt, '--top', '3'];
    const { before, after } = engineMethods.probe.result.parse(
      await place.json([...probe, '--patch', 'one.patch.gguf']),
    );
    expect([before, after].map((tokens) => tokens[0]?.token.trim())).toEqual(['Paris', 'Rome']);
    expect(before).toHaveLength(3);
    expect(engineMethods.probe.result.parse(await place.json(probe)).after).toEqual(before);
  });

  it('says what a patch holds', async () => {
    const info = PatchInfo.parse(await place.json(['patch', 'one.patch.gguf']));
    expect(info.description?.base.digest).toBe(digest);
    expect(info.description?.edits.map(({ id }) => id)).toEqual([ids[0]]);
    expect(info.description?.measures).toBeNull();
    expect(info.tensors).toEqual([{ target: expect.stringMatching(/^blk\.\d\.ffn_down\.weight$/), rank: 1 }]);
  });

  it('computes a patch an edit, and one patch with all', async () => {
    const edit = ['edit', almanac, '--edits', 'few.edits.json'];
    const each = Edited.parse(await place.json([...edit, '--each', '--out', 'each']));
    expect(each.patches.map(({ edits }) => edits)).toEqual(ids.map((id) => [id]));
    expect((await readdir(place.path('each'))).sort()).toEqual(ids.map((id) => `${id}.patch.gguf`).sort());
    const all = Edited.parse(await place.json(edit));
    expect(all.patches).toEqual([{ path: 'few.patch.gguf', bytes: expect.any(Number), edits: ids }]);
    const info = PatchInfo.parse(await place.json(['patch', 'few.patch.gguf']));
    expect(info.tensors).toHaveLength(1);
    expect(info.tensors[0]?.rank).toBe(ids.length);
  });

  it('measures the model as it is, each edit alone, and under a patch', async () => {
    const measure = ['measure', almanac, '--edits', 'few.edits.json'];
    const [plain, each, patched] = [[], ['--each'], ['--patch', 'one.patch.gguf']].map(async (more) =>
      Measured.parse(await place.json([...measure, ...more])),
    );
    const unedited = await plain;
    expect(unedited?.state).toBe('unedited');
    expect(unedited?.summary.counterfact.after).toEqual(unedited?.summary.counterfact.before);
    expect(unedited?.summary.drift).toBeNull();

    const alone = await each;
    expect(alone?.edits.map(({ id, es, generationMatch }) => [id, es, generationMatch])).toEqual(
      ids.map((id) => [id, 1, true]),
    );
    expect(alone?.edits.every(({ driftKl, edit }) => driftKl !== null && driftKl > 0 && edit !== null)).toBe(
      true,
    );
    expect(alone?.summary.counterfact.before).toEqual(unedited?.summary.counterfact.before);

    const under = await patched;
    expect(under?.edits[0]?.es).toBe(1);
    expect(under?.edits[0]?.probes).toEqual(alone?.edits[0]?.probes);
    expect(under?.edits.slice(1).map(({ es }) => es)).toEqual([0, 0]);
  });

  it('measures a patch as it makes it, and keeps the measures in it', async () => {
    const args = ['edit', almanac, '--edits', 'few.edits.json', '--measure'];
    const { measured, patches } = Edited.parse(await place.json([...args, '--out', 'measured.patch.gguf']));
    expect(patches.map(({ edits }) => edits)).toEqual([ids]);
    const { description } = PatchInfo.parse(await place.json(['patch', 'measured.patch.gguf']));
    expect(description?.measures?.edits.map(({ id }) => id)).toEqual(ids);
    expect(description?.measures?.edits).toEqual(
      measured?.edits.map(({ id, es, ps, ns, score, generationMatch, driftKl }) => ({
        ...{ id, es, ps, ns, score, generationMatch, driftKl },
      })),
    );
    const { strict, fluency, chatMatch, textMatch, ...summary } = measured?.summary ?? {};
    expect(strict?.after.es?.value).toBe(1);
    expect(fluency).toBeNull();
    expect(description?.measures?.summary).toEqual(summary);
    const again = Measured.parse(
      await place.json([
        ...['measure', almanac, '--edits', 'few.edits.json', '--patch', 'measured.patch.gguf'],
      ]),
    );
    expect(again.summary).toEqual(measured?.summary);
    // the measures that were written into the patch since are no other patch
    expect(again.edits.map(({ state }) => state)).toEqual(measured?.edits.map(({ state }) => state));
    expect(again.edits[0]?.state).toMatchObject({
      ...{ base: digest, asked: 'text' },
      patches: [{ path: 'measured.patch.gguf', strength: 1 }],
    });
    expect(again.edits.map(({ probes }) => probes)).toEqual(measured?.edits.map(({ probes }) => probes));
    const { out } = await place.run(['patch', 'measured.patch.gguf']);
    expect(out).toContain('ES  efficacy');

    const each = Edited.parse(
      await place.json([...args, '--each', '--only', ids[0] ?? '', '--out', 'alone']),
    );
    expect(each.measured?.state).toBe('each');
    expect(each.measured?.edits[0]?.edit).toEqual(each.edits[0]);
  });

  it('exits with 1 when a measure misses what is required, and prints the table all the same', async () => {
    const measure = [
      'measure',
      almanac,
      '--edits',
      'few.edits.json',
      '--only',
      ids[0] ?? '',
      '--patch',
      'one.patch.gguf',
    ];
    const met = await place.run([...measure, '--require', 'es=0.98']);
    expect([met.code, met.err]).toEqual([0, '']);
    const missed = await place.run([...measure, '--require', 'es=0.98', '--require', 'driftKl=0']);
    expect(missed.code).toBe(1);
    expect(missed.err).toMatch(/^driftKl is .*; required is at most 0\.\n$/);
    expect(missed.out).toBe(met.out);
  });

  it('shows activations and the logit lens before and after', async () => {
    const { out: activations } = await place.run([
      ...['activations', almanac, '--prompt', prompt, '--patch', 'one.patch.gguf'],
    ]);
    const lines = activations.trim().split('\n');
    expect(lines).toHaveLength(1 + 1 + 6);
    expect(lines[2]).toMatch(/^ *0( +0)+$/);
    const lens = engineMethods.lens.result.parse(
      await place.json([
        'lens',
        almanac,
        '--prompt',
        prompt,
        '--patch',
        'one.patch.gguf',
        '--target',
        'Rome',
      ]),
    );
    const last = (side: typeof lens.before) => side.layers.at(-1)?.[0];
    expect(last(lens.before)?.top[0]?.token.trim()).toBe('Paris');
    expect(last(lens.after)?.targets[0]?.rank).toBe(1);
    expect(lens.before.layers[0]).toEqual(lens.after.layers[0]);
  });

  it('bakes a checkpoint that answers like the patched model', async () => {
    const args = ['bake', almanac, '--patch', 'one.patch.gguf', '--out', 'baked.gguf'];
    const baked = Baked.parse(await place.json(args));
    expect(baked.tensors).toHaveLength(1);
    expect(baked.tensors[0]?.loss).toBeLessThan(0.01);
    expect(baked.counterfact.before.es?.value).toBe(0);
    expect(baked.counterfact.after.es?.value).toBe(1);
    expect(baked.probes.map(({ after }) => after.top[0]?.token.trim())).toEqual(['Rome']);
    expect(baked.digest).toBe(await digestFile(place.path('baked.gguf')));
    const { before } = engineMethods.probe.result.parse(
      await place.json(['probe', 'baked.gguf', '--prompt', prompt]),
    );
    expect(before[0]?.token.trim()).toBe('Rome');
  });
});
