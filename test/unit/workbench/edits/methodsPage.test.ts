import { expect, test } from 'vitest';
import { HYPERPARAMETERS } from '../../../../src/protocol/hyperparameterEntries.ts';
import { EVALUATED } from '../../../../src/protocol/methods.ts';
import { methodsPage } from '../../../../src/workbench/edits/methods/methodsPage.ts';

test('every method has its section, and every hyperparameter its row with default and published values', () => {
  const page = methodsPage();
  for (const name of EVALUATED) expect(page).toMatch(new RegExp(`^## .*\\(\`${name}\`\\)`, 'm'));
  for (const name of HYPERPARAMETERS) expect(page).toContain(`| \`${name}\` |`);
  const [, rome = ''] = page.split(/^## ROME \(`rome`\).*$/m);
  const [head = '', , ...rows] = rome.split('\n## ')[0]?.match(/^\|.*$/gm) ?? [];
  const columns = head.split('|').map((cell) => cell.trim());
  const steps = rows
    .find((row) => row.startsWith('| `steps` |'))
    ?.split('|')
    .map((cell) => cell.trim());
  expect(steps?.[columns.indexOf('`paper`')]).toBe('19');
  expect(Number(steps?.[columns.indexOf('`default`')])).toBeGreaterThan(0);
});
