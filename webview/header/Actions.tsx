import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { HeaderAction, Surroundings } from '../../src/protocol/headerPage.ts';
import { Button } from '../ui/Button.tsx';

/** What a file is mostly opened for. */
const MAIN: ReadonlySet<HeaderAction> = new Set(['load', 'apply', 'trust']);

const titles = (action: HeaderAction): string => {
  switch (action) {
    case 'load':
      return l10n.t('Load');
    case 'unload':
      return l10n.t('Unload');
    case 'setBase':
      return l10n.t('Set as Base');
    case 'reviewAgainst':
      return l10n.t('Review Against…');
    case 'apply':
      return l10n.t('Apply');
    case 'inspect':
      return l10n.t('Inspect');
    case 'trust':
      return l10n.t('Manage Trust…');
    case 'openWith':
      return l10n.t('Open With…');
  }
};

interface ActionsProps {
  readonly surroundings: Surroundings | null;
  readonly act: (action: HeaderAction) => void;
}

/** The buttons for what can be done with the file. */
export function Actions({ surroundings, act }: ActionsProps): VNode {
  return (
    <div class="buttons">
      {surroundings?.actions.map((action) => (
        <Button key={action} kind={MAIN.has(action) ? 'primary' : 'secondary'} onClick={() => act(action)}>
          {titles(action)}
        </Button>
      ))}
    </div>
  );
}
