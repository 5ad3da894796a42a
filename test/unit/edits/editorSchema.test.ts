import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { getLanguageService, MarkedString, TextDocument } from 'vscode-json-languageservice';
import { editorSchema } from '../../../scripts/editorSchema.ts';
import { serialiseEdits } from '../../../src/engine/editing/editsFile/editsFile.ts';
import { METHODS } from '../../../src/protocol/edits.ts';
import { sample } from './sample.ts';

/** What VS Code's own JSON support makes of our schema, by the library that it is. */

const service = getLanguageService({});
service.configure({
  validate: true,
  schemas: [{ uri: 'edits', fileMatch: ['*.edits.json'], schema: JSON.parse(editorSchema()) }],
});

/** A document, and the place of the bar in it. */
function opened(marked: string) {
  const document = TextDocument.create('file:///a.edits.json', 'json', 1, marked.replace('|', ''));
  const json = service.parseJSONDocument(document);
  return { document, json, position: document.positionAt(marked.indexOf('|')) };
}

async function offered(marked: string) {
  const { document, position, json } = opened(marked);
  return (await service.doComplete(document, position, json))?.items ?? [];
}

async function explained(marked: string): Promise<string> {
  const { document, position, json } = opened(marked);
  const contents = (await service.doHover(document, position, json))?.contents ?? '';
  return [contents]
    .flat()
    .map((part) => (MarkedString.is(part) && typeof part !== 'string' ? part.value : part))
    .join('\n');
}

test('the committed schema is the one that the source describes (npm run build:schemas writes it)', () => {
  expect(readFileSync('media/edits.editor.schema.json', 'utf8')).toBe(editorSchema());
});

test.each([
  serialiseEdits({ ...sample, $schema: undefined }),
  '{"edits": [{"id": "A B", "prompt": 3, "xyzzy": {}, "layer": -1.5, "method": "x", "probes": []}], "edit": 1}',
  '{"edits": {"id": true}, "model": [], "layer": "three"}',
  '{"edits": [{"prompt": [{"role": "x", "content": 3}], "chat": "yes", "probes": {"text": [{"prompt": []}]}}]}',
  '[]',
])('it objects to nothing: %j', async (text) => {
  const { document, json } = opened(text);
  expect(await service.doValidation(document, json)).toEqual([]);
});

test('a prompt may be written as turns, whose roles are offered', async () => {
  const roles = await offered('{ "edits": [{ "prompt": [{ "role": | }] }] }');
  expect(roles.map(({ label }) => label)).toEqual(
    expect.arrayContaining(['"system"', '"user"', '"assistant"']),
  );
  const turns = await offered('{ "edits": [{ "prompt": [ | ] }] }');
  expect(turns.map(({ label }) => label)).toContain('turn');
});

test('every key is offered with its explanation', async () => {
  const keys = await offered('{ "edits": [{ "id": "a", | }] }');
  expect(keys.map(({ label }) => label).sort()).toEqual([
    'chat',
    'donor',
    'hyperparameters',
    'layer',
    'method',
    'occurrence',
    'probes',
    'prompt',
    'safety',
    'space',
    'subject',
    'target',
  ]);
  for (const { documentation } of keys) expect(String(documentation)).toMatch(/^[A-Z].*\.$/);
  const text = keys.find(({ label }) => label === 'prompt')?.textEdit?.newText;
  expect(text).toBe('"prompt": "$1"');
});

test('hyperparameters are offered with what they are, and inserted as they are by default', async () => {
  const keys = await offered('{ "edits": [{ "id": "a", "hyperparameters": { | } }] }');
  const steps = keys.find(({ label }) => label === 'steps');
  expect(String(steps?.documentation)).toMatch(/^Gradient steps at most .* Default 25, in steps \(/);
  expect(steps?.textEdit?.newText).toMatch(/"steps": .*25/);
});

test('words that are never right are not offered', async () => {
  expect(await offered('{ "layer": | }')).toEqual([]);
  expect((await offered('{ "edits": [{ "id": | }] }')).map(({ label }) => label)).toEqual(['""']);
  const [flag] = (
    await offered('{ "edits": [{ "probes": { "neighbourhood": [{ "prompt": "x", | }] } }] }')
  ).filter(({ label }) => label === 'proposed');
  expect(flag?.textEdit?.newText).toMatch(/^"proposed": .*true/);
});

test('methods are offered, each with what it is', async () => {
  const found = await offered('{ "method": | }');
  expect(found.map(({ label }) => label)).toEqual(expect.arrayContaining(METHODS.map((name) => `"${name}"`)));
  expect(found.find(({ label }) => label === '"r-rome"')?.documentation).toMatch(/R-ROME/);
});

test('an edit and a probe are offered whole', async () => {
  const [edit] = (await offered('{ "edits": [ | ] }')).filter(({ label }) => label === 'edit');
  expect(edit?.textEdit?.newText).toMatch(/"subject": "\$3"[\s\S]*"neighbourhood"/);
  const [probe] = (await offered('{ "edits": [{ "probes": { "portability": [ | ] } }] }')).filter(
    ({ label }) => label === 'portability',
  );
  expect(probe?.textEdit?.newText).toMatch(/"prompt": "\$1"[\s\S]*"target": "\$2"/);
});

test('keys and values explain themselves when hovered over', async () => {
  expect(await explained('{ "edits": [{ "sub|ject": "x" }] }')).toMatch(/words of the prompt/);
  expect(await explained('{ "method": "r-r|ome" }')).toMatch(/editing method[\s\S]*averaged key everywhere/);
  expect(
    await explained('{ "edits": [{ "probes": { "neighbourhood": [{ "propos|ed": true }] } }] }'),
  ).toMatch(/nobody has checked/);
});
