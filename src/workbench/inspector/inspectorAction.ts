import { commands } from 'vscode';
import type { InspectorAction } from '../../protocol/inspector.ts';
import type { Edits } from '../edits/edits.ts';
import type { Models } from '../models/models.ts';

interface Parts {
  readonly models: Models;
  readonly edits: Edits;
}

/** What an action is done to. */
interface Target {
  readonly model: string;
  /** The selected edit's key. */
  readonly edit: string | undefined;
}

/** Does what a button of the page asks for, through the stores or the command that does the same elsewhere. */
export async function inspectorAction(
  { models, edits }: Parts,
  action: Exclude<InspectorAction, 'export'>,
  { model, edit }: Target,
): Promise<unknown> {
  switch (action) {
    case 'load':
      return await models.load(model);
    case 'setBase':
      return models.setBase(model);
    case 'restart':
      return await commands.executeCommand('palimpsest.engine.restart');
    case 'showLog':
      return await commands.executeCommand('palimpsest.engine.showLog');
    case 'apply':
    case 'revert':
    case 'measure':
      return edit === undefined ? undefined : await edits[action](edit);
  }
}
