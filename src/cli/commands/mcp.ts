import type { DefineCommand } from '../cli.ts';

const examples = `
A server of the Model Context Protocol over stdin and stdout, for language models that call tools. Reading and reviewing
tools are marked as read-only; edit and bake each write a new file and never overwrite one. Paths are relative to the folder
that it is started in. For a client that reads .mcp.json:

  { "mcpServers": { "palimpsest": { "command": "palimpsest", "args": ["mcp"] } } }
`;

export const mcp: DefineCommand = (program, cli) => {
  program
    .command('mcp')
    .description('serve the tools to language models (Model Context Protocol over stdio)')
    .addHelpText('after', examples)
    .action(async () => {
      const { serveMcp } = await import('../../agents/serveMcp.ts');
      await serveMcp(cli.engine, process.cwd(), cli.signal);
    });
};
