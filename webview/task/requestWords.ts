import * as l10n from '@vscode/l10n';
import type { TaskAction } from '../../src/protocol/taskPage.ts';
import type { TaskKind, TaskRequest } from '../../src/protocol/tasks.ts';
import { strength } from '../../src/text/numbers.ts';
import { visible } from '../../src/text/visible.ts';

const name = (file: string): string => visible(file.split(/[\\/]/).at(-1) ?? file);

/** What was asked for, in a line under the heading. */
export function aboutRequest(request: TaskRequest): string {
  switch (request.kind) {
    case 'evaluate': {
      const { model, methods, numbers, together, folder } = request;
      const how = together ? l10n.t('all edits in one patch') : l10n.t('each edit alone');
      const many =
        numbers === undefined ? l10n.t('all edits') : l10n.t('first edits: {0}', numbers.join(', '));
      return [name(model), methods.join(', '), many, how, l10n.t('results in {0}', name(folder))].join(' · ');
    }
    case 'sweep':
      return l10n.t('tried with edit {0} of {1}', visible(request.edit), name(request.dataset));
    case 'compare':
      return request.sides
        .map(({ label, model, edit, strength: by }) =>
          l10n.t('{0}: {1} on {2} at {3}', visible(label), visible(edit), name(model), strength(by)),
        )
        .join(' · ');
    case 'safety': {
      const { model, dataset, patches } = request;
      const on = patches.map(({ path, strength: by }) => `${name(path)} (${strength(by)})`);
      return [name(model), name(dataset), on.join(', ')].join(' · ');
    }
    case 'redteam':
      return [name(request.model), request.use, request.method ?? l10n.t('usual method')].join(' · ');
    case 'resist': {
      const { model, dataset, method } = request;
      const facts = dataset === undefined ? l10n.t('harmless stand-ins') : name(dataset);
      return [name(model), facts, method ?? l10n.t('usual method')].join(' · ');
    }
    case 'learnReversal':
      return l10n.t('learned on {0} with the edits of {1}', name(request.model), name(request.dataset));
    case 'bake': {
      const patches = request.patches.map(({ path, strength: by }) => `${name(path)} (${strength(by)})`);
      return l10n.t('{0} with {1}', name(request.model), patches.join(', '));
    }
    case 'verify':
      return l10n.t(
        'by {0} with {1}',
        name(request.signature),
        [request.key, ...(request.certificates ?? [])]
          .flatMap((file) => (file === undefined ? [] : [name(file)]))
          .join(', '),
      );
    case 'importRecords':
      return l10n.t('read as {0}; nothing is written yet', request.format);
  }
}

interface Action {
  readonly action: TaskAction;
  readonly title: string;
  readonly primary?: true;
}

/** What can be done with the result of a kind of task. */
export function actionsOf(kind: TaskKind): readonly Action[] {
  const save: Action = { action: 'save', title: l10n.t('Save JSON…') };
  switch (kind) {
    case 'evaluate':
      return [{ action: 'openFolder', title: l10n.t('Show Files') }];
    case 'bake':
      return [
        { action: 'review', title: l10n.t('Review Against Base'), primary: true },
        { action: 'openModel', title: l10n.t('Open Checkpoint') },
        save,
      ];
    case 'learnReversal':
      return [{ action: 'writeReversal', title: l10n.t('Save Reversal…'), primary: true }, save];
    case 'importRecords':
      return [{ action: 'writeEdits', title: l10n.t('Write Edits File…'), primary: true }];
    case 'sweep':
    case 'compare':
    case 'safety':
    case 'redteam':
    case 'resist':
    case 'verify':
      return [save];
  }
}

export function againTitle(kind: TaskKind): string {
  return kind === 'importRecords' ? l10n.t('Read Again') : l10n.t('Run Again');
}

/** What is said of a task that was stopped, or closed with the window, before it ended. */
export function stoppedWords(kind: TaskKind): { readonly sentence: string; readonly button: string } {
  return kind === 'evaluate'
    ? {
        sentence: l10n.t('The measurements so far are kept in the folder; the run continues from there.'),
        button: l10n.t('Continue'),
      }
    : {
        sentence: l10n.t('It ended without a result; nothing was written.'),
        button: l10n.t('Run Again'),
      };
}
