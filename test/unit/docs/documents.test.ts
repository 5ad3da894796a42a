import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { documents, rendered } from '../../../scripts/docs/documents.ts';
import { reviewRules } from '../../../scripts/docs/references/rules.ts';
import { readResults } from '../../../scripts/docs/result.ts';
import { unbacked } from '../../../scripts/docs/unbacked.ts';

const results = readResults();

describe('the documents', () => {
  it('say what bench/results, --help, the manifest and the schemas say (npm run build:docs writes them anew)', async () => {
    for (const [file, text] of await rendered()) expect(readFileSync(file, 'utf8'), file).toBe(text);
  });

  it.each(documents().filter((file) => file !== 'CONTRIBUTING.md'))(
    '%s states no measured figure that no result holds',
    (file) => {
      expect(unbacked(readFileSync(file, 'utf8'))).toEqual([]);
    },
  );

  it('README has at most 110 lines', () => {
    expect(readFileSync('README.md', 'utf8').split('\n').length).toBeLessThanOrEqual(111);
  });

  it('README moves: its picture is animated, described and small', () => {
    const [, description = '', file = ''] =
      /!\[([^\]]*)\]\(([^)]*)\)/.exec(readFileSync('README.md', 'utf8')) ?? [];
    const picture = readFileSync(file);
    expect(description.length).toBeGreaterThan(40);
    expect(picture.subarray(8, 12).toString('latin1')).toBe('WEBP');
    expect(picture.includes('ANIM')).toBe(true);
    expect(picture.length).toBeLessThan(1_500_000);
  });

  it('leave no result unread', () => {
    const text = [...documents(), 'src/engine/review/inspectRates.ts', 'test/unit/docs/documents.test.ts']
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n');
    expect([...results.keys()].filter((name) => !text.includes(name))).toEqual([]);
  });
});

describe('the commands of results', () => {
  const { scripts }: { scripts: object } = JSON.parse(readFileSync('package.json', 'utf8'));
  const reference = readFileSync('docs/reference/command-line.md', 'utf8');
  const helpOf = (command: string) =>
    reference.split(`\n## palimpsest ${command}\n`)[1]?.split('\n## ')[0] ?? '';
  const named = (command: string): string => /palimpsest (reversal \w+|\w+)/.exec(command)?.[1] ?? '';
  const commands = [...results].flatMap(([name, { runs }]) =>
    runs.flatMap(({ command }) =>
      command === null ? [] : command.split(' && ').map((one) => [name, one] as const),
    ),
  );

  it.each(commands)('%s: %s', (_, command) => {
    expect(command).toMatch(/^(npm run|npm install|npx vitest|du|(time )?palimpsest) /);
    const [, script] = /^npm run (\S+)/.exec(command) ?? [];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    if (!/^(time )?palimpsest /.test(command)) return;
    const help = helpOf(named(command));
    expect(help).not.toBe('');
    for (const [option] of command.matchAll(/(?<= )--[a-z-]+/g)) expect(help).toContain(option);
  });
});

describe('the bounds of reviews', () => {
  const { rows = [] } = results.get('review-bounds') ?? {};
  const all = [...reviewRules.values()].flatMap((rules) => Object.entries(rules));

  it.each(all)('%s: what it was set beside is kept', (name, { value, why }) => {
    const stated = [...why.matchAll(/(?<![\w.])(\d*\.\d+|\d+(?= times| to \d+ times))/g)].map(([found]) =>
      Number(found),
    );
    const kept = rows.filter(({ key }) => key.split('-')[0] === name).map(({ cells }) => cells['value']);
    expect(stated.filter((figure) => figure !== value && !kept.includes(figure))).toEqual([]);
  });
});
