import { commands, type Uri } from 'vscode';
import { HEADER_ACTIONS, type HeaderAction } from '../../protocol/headerPage.ts';

/** The command behind each button. Those of ours take the file; those of VS Code act on the active editor. */
const COMMANDS: Readonly<Record<HeaderAction, string>> = {
  load: 'palimpsest.models.load',
  unload: 'palimpsest.models.unload',
  setBase: 'palimpsest.models.setBase',
  reviewAgainst: 'palimpsest.review.against',
  apply: 'palimpsest.patches.import',
  inspect: 'palimpsest.patches.inspect',
  trust: 'workbench.trust.manage',
  openWith: 'workbench.action.reopenWithEditor',
};

/** Which of them there are: a part of the workbench that is not there has no buttons. */
export async function knownActions(): Promise<ReadonlySet<HeaderAction>> {
  const known = new Set(await commands.getCommands(true));
  return new Set(HEADER_ACTIONS.filter((action) => known.has(COMMANDS[action])));
}

export async function act(action: HeaderAction, file: Uri): Promise<void> {
  if (!Object.hasOwn(COMMANDS, action)) throw new TypeError(`There is no action "${action}".`);
  await commands.executeCommand(COMMANDS[action], file);
}
