import path from 'node:path';
import { l10n } from 'vscode';
import type { TaskRequest } from '../../protocol/tasks.ts';
import { visible } from '../../text/visible.ts';

/** What a task is called on its tab and among the tasks that run. */
export function taskTitle(request: TaskRequest): string {
  const name = (file: string) => visible(path.basename(file));
  switch (request.kind) {
    case 'evaluate':
      return l10n.t('Evaluate {0}', name(request.dataset));
    case 'sweep':
      return l10n.t('Layers of {0}', name(request.model));
    case 'compare': {
      const [first, second] = request.sides;
      return l10n.t('Compare {0} with {1}', visible(first.label), visible(second.label));
    }
    case 'safety':
      return l10n.t('Safety of {0}', visible(request.edit));
    case 'redteam':
      return l10n.t('Red Team {0}', name(request.model));
    case 'resist':
      return l10n.t('Resistance of {0}', name(request.model));
    case 'learnReversal':
      return l10n.t('Reversal on {0}', name(request.model));
    case 'bake':
      return l10n.t('Bake {0}', name(request.out));
    case 'verify':
      return l10n.t('Verify {0}', name(request.path));
    case 'importRecords':
      return l10n.t('Import {0}', name(request.path));
  }
}
