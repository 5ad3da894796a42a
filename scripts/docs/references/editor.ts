import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { markdownTable } from '../../../src/text/markdown.ts';

/** What the manifest contributes to VS Code: settings and commands. */

const Manifest = z.object({
  contributes: z.object({
    configuration: z.object({
      properties: z.record(
        z.string(),
        z.object({
          type: z.string(),
          default: z.unknown(),
          enum: z.array(z.string()).optional(),
          scope: z.string(),
          markdownDescription: z.string(),
        }),
      ),
    }),
    commands: z.array(z.object({ command: z.string(), title: z.string() })),
    keybindings: z.array(z.object({ command: z.string(), key: z.string(), mac: z.string().optional() })),
  }),
});

const { contributes } = Manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')));
const strings = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync('package.nls.json', 'utf8')));

export function settings(): string {
  return markdownTable(
    [{ name: 'setting' }, { name: 'default' }, { name: 'scope' }, { name: 'meaning' }],
    Object.entries(contributes.configuration.properties).map(([name, setting]) => [
      `\`${name}\``,
      `\`${JSON.stringify(setting.default)}\``,
      setting.scope,
      `${said(setting.markdownDescription)}${setting.enum === undefined ? '' : ` One of ${setting.enum.map((value) => `\`"${value}"\``).join(', ')}.`}`,
    ]),
  );
}

export function commands(): string {
  return markdownTable(
    [{ name: 'command' }, { name: 'id' }, { name: 'keys' }],
    contributes.commands.map(({ command, title }) => [
      `Palimpsest: ${said(title)}`,
      `\`${command}\``,
      contributes.keybindings
        .filter((binding) => binding.command === command)
        .map(({ key, mac }) => `\`${key}\`${mac === undefined ? '' : ` (macOS \`${mac}\`)`}`)
        .join(', '),
    ]),
  );
}

/** A text of the manifest, which names one of package.nls.json. */
function said(reference: string): string {
  const text = strings[reference.replaceAll('%', '')];
  if (text === undefined) throw new Error(`package.nls.json has no ${reference}.`);
  return text;
}
