import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';

/** What the manifest promises and what the code registers must be the same; every text of it can be translated. */

const root = path.resolve(import.meta.dirname, '../../..');
const read = (file: string) => readFileSync(path.join(root, file), 'utf8');

const Item = z.object({ command: z.string() });
const Manifest = z.object({
  activationEvents: z.array(z.string()),
  contributes: z.object({
    commands: z.array(
      z.object({ command: z.string(), title: z.string(), category: z.literal('Palimpsest') }),
    ),
    menus: z.record(z.string(), z.array(Item)),
    keybindings: z.array(Item),
    views: z.record(z.string(), z.array(z.object({ id: z.string() }))),
    viewsWelcome: z.array(z.object({ view: z.string() })),
  }),
});
const text = read('package.json');
const { contributes } = Manifest.parse(JSON.parse(text));
const strings = z.record(z.string(), z.string()).parse(JSON.parse(read('package.nls.json')));
const commands = contributes.commands.map(({ command }) => command);
const sources = readdirSync(path.join(root, 'src/workbench'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => read(path.join('src/workbench', file)))
  .join('\n');

describe('the manifest', () => {
  it('takes every text from package.nls.json, and leaves none there unused', () => {
    const used = [...text.matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key);
    expect([...new Set(used)].sort()).toEqual(Object.keys(strings).sort());
    for (const { title } of contributes.commands) expect(title).toMatch(/^%.+%$/);
  });

  it('shows no command in a menu, a key or a welcome text that it does not declare', () => {
    const shown = [...Object.values(contributes.menus).flat(), ...contributes.keybindings].map(
      ({ command }) => command,
    );
    const linked = Object.values(strings).flatMap((value) =>
      [...value.matchAll(/\(command:([\w.]+)\)/g)].map(([, command]) => command ?? ''),
    );
    const ours = [...shown, ...linked].filter((command) => command.startsWith('palimpsest.'));
    expect(ours.filter((command) => !commands.includes(command))).toEqual([]);
    expect(new Set(commands).size).toBe(commands.length);
  });

  it('declares no command whose name the code does not know', () => {
    const verb = (command: string) => command.split('.').at(-1) ?? '';
    const unknown = commands.filter(
      (command) => !sources.includes(`'${command}'`) && !sources.includes(`'${verb(command)}'`),
    );
    expect(unknown).toEqual([]);
  });

  it('has a welcome text for every view, since each can be empty', () => {
    const views = Object.values(contributes.views).flatMap((list) => list.map(({ id }) => id));
    expect(new Set(contributes.viewsWelcome.map(({ view }) => view))).toEqual(new Set(views));
  });
});
