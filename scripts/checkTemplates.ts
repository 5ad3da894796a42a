import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { checkTemplate } from '../src/engine/chat/templateCode/checkTemplate.ts';

/** How many of a folder's chat templates (*.jinja) break a rule: npm run check:templates -- FOLDER */
const [folder = '.'] = process.argv.slice(2);
const names = readdirSync(folder).filter((name) => name.endsWith('.jinja'));
let broken = 0;
for (const name of names.sort()) {
  const found = checkTemplate(readFileSync(path.join(folder, name), 'utf8'));
  if (found.length === 0) continue;
  broken++;
  process.stdout.write(`${name}: ${found.map(({ rule, says }) => `${rule}: ${says}`).join(' ')}\n`);
}
process.stdout.write(`${broken} of ${names.length}\n`);
