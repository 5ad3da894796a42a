import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test as base, expect } from 'vitest';
import { serialiseEdits } from '../../../../src/engine/editing/editsFile/editsFile.ts';
import type { Evaluated } from '../../../../src/protocol/evaluation.ts';
import { TaskRequest } from '../../../../src/protocol/tasks.ts';
import type { EngineService } from '../../../../src/workbench/engine/engineService.ts';
import { runTask } from '../../../../src/workbench/tasks/runTask.ts';
import { sample } from '../../edits/sample.ts';
import { temporaryFolder } from '../../temporaryFolder.ts';

const test = base.extend(temporaryFolder);

/** An engine that remembers what it was asked, and answers with what it is given. */
function engineThat(answers: Readonly<Record<string, unknown>>) {
  const asked: [string, unknown][] = [];
  const client = new Proxy(
    {},
    {
      get: (_, method: string) => async (params: unknown) => {
        asked.push([method, params]);
        return answers[method];
      },
    },
  );
  const quietly = async (work: (client: unknown) => unknown) => await work(client);
  return { asked, engine: { quietly } as unknown as EngineService };
}

const file = async (folder: string) => {
  const dataset = path.join(folder, 'facts.edits.json');
  await writeFile(dataset, serialiseEdits(sample));
  return dataset;
};

test('an evaluation reads the edits as they are, keeps a journal in its folder, and writes its files there', async ({
  folder,
}) => {
  const evaluated: Evaluated = {
    ...{ model: '/m.gguf', digest: 'sha256:0', tool: 'palimpsest', together: false, edits: 1, resumed: 0 },
    methods: [],
  };
  const { asked, engine } = engineThat({ evaluate: evaluated });
  const dataset = await file(folder);
  const results = path.join(folder, 'facts.evaluation');
  const request = TaskRequest.parse({
    ...{ kind: 'evaluate', model: '/m.gguf', dataset, methods: ['rome'], folder: results },
    ...{ together: false, drift: true, fluency: false },
  });
  expect(await runTask(engine, request, {})).toEqual({ kind: 'evaluate', value: evaluated });
  expect(asked).toEqual([
    [
      'evaluate',
      {
        ...{
          model: '/m.gguf',
          edits: sample,
          methods: ['rome'],
          together: false,
          drift: true,
          fluency: false,
        },
        journal: path.join(results, 'evaluation.journal.jsonl'),
      },
    ],
  ]);
  expect(JSON.parse(await readFile(path.join(results, 'evaluation.json'), 'utf8'))).toEqual({
    version: 1,
    ...evaluated,
  });
  for (const ending of ['csv', 'md', 'html']) {
    expect(await readFile(path.join(results, `evaluation.${ending}`), 'utf8')).not.toBe('');
  }
});

test('a sweep asks for one edit, and keeps no patch', async ({ folder }) => {
  const { asked, engine } = engineThat({ edit: { sweep: [] } });
  const dataset = await file(folder);
  const id = sample.edits[0]?.id ?? '';
  const found = await runTask(engine, { kind: 'sweep', model: '/m.gguf', dataset, edit: id }, {});
  expect(found).toEqual({ kind: 'sweep', value: { layers: [], edit: id } });
  const [[, params] = []] = asked;
  expect(params).toMatchObject({ only: [id], sweep: true, edits: sample });
  const { out } = params as { out: string };
  await expect(readFile(out)).rejects.toThrow('ENOENT');
  expect(out.startsWith(folder)).toBe(false);
});

test('a preview of an import writes nothing, and shows the facts with the number of their probes', async () => {
  const told = { count: 2, skipped: [], dropped: [{ index: 0, line: 3, reason: 'why' }], unused: ['extra'] };
  const { asked, engine } = engineThat({ importRecords: { ...told, edits: sample, written: [] } });
  const found = await runTask(engine, { kind: 'importRecords', path: '/r.json', format: 'zsre' }, {});
  expect(asked).toEqual([['importRecords', { path: '/r.json', format: 'zsre', model: undefined }]]);
  expect(found.kind === 'importRecords' && found.value).toMatchObject(told);
  const [first] = found.kind === 'importRecords' ? found.value.facts : [];
  const probes = Object.values(sample.edits[0]?.probes ?? {}).flat().length;
  expect(first).toMatchObject({ id: sample.edits[0]?.id, probes });
  expect(probes).toBeGreaterThan(0);
});

test('an edits file that cannot be read is told before anything is asked of the engine', async ({
  folder,
}) => {
  const { asked, engine } = engineThat({});
  const dataset = path.join(folder, 'broken.edits.json');
  await mkdir(path.dirname(dataset), { recursive: true });
  await writeFile(dataset, '{"edits": [');
  const request = { kind: 'learnReversal', model: '/m.gguf', dataset } as const;
  await expect(runTask(engine, request, {})).rejects.toThrow(/broken\.edits\.json:1/);
  expect(asked).toEqual([]);
});
