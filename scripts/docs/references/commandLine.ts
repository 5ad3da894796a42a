import { runCli } from '../../../src/cli/program.ts';
import { engineClient } from '../../../src/engine/client.ts';

/** Every command as `--help` tells it, in 100 columns. */
export async function commandLine(): Promise<string> {
  const sections = [section('palimpsest', await help([]))];
  for (const command of commandsIn(await help([]))) {
    const text = await help([command]);
    sections.push(section(`palimpsest ${command}`, text));
    for (const inner of commandsIn(text))
      sections.push(section(`palimpsest ${command} ${inner}`, await help([command, inner])));
  }
  return sections.join('\n\n');
}

const section = (title: string, text: string) => `## ${title}\n\n\`\`\`text\n${text.trim()}\n\`\`\``;

async function help(command: readonly string[]): Promise<string> {
  let text = '';
  const write = (more: string) => {
    text += more;
  };
  const terminal = {
    out: write,
    err: write,
    async *lines() {},
    colour: false,
    interactive: false,
    columns: 100,
    debug: false,
  };
  // no help asks the engine, so that no process is started
  const engine = engineClient({ hostPath: '', threads: 1 });
  const code = await runCli([...command, '--help'], terminal, engine, new AbortController().signal);
  if (code !== 0) throw new Error(`palimpsest ${command.join(' ')} --help ended with ${code}: ${text}`);
  return text;
}

/** The names under "Commands:", without `help` itself. */
function commandsIn(text: string): string[] {
  const [, listed = ''] = /^Commands:\n((?: {2}.*\n)+)/m.exec(text) ?? [];
  return [...listed.matchAll(/^ {2}(\w[\w-]*)/gm)].flatMap(([, name]) =>
    name === undefined || name === 'help' ? [] : [name],
  );
}
