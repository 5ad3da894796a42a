import { expect, test } from 'vitest';
import { lineLog } from '../../../src/workbench/engine/log.ts';

test('a line that comes again is counted, by its level; another is written', () => {
  const written: string[] = [];
  const to = (level: string) => (text: string) => void written.push(`${level}: ${text}`);
  const line = lineLog({ error: to('error'), warn: to('warn'), trace: to('trace') });
  for (let times = 0; times < 4; times++) line(3, 'the template is odd\n');
  line(2, 'the template is odd');
  line(4, '');
  line(4, 'it ended');
  expect(written).toEqual([
    'warn: the template is odd',
    'warn: (the line above came 3 more times)',
    'trace: the template is odd',
    'error: it ended',
  ]);
});
