import * as l10n from '@vscode/l10n';
import { tabName } from '../names.ts';
import type { Answer } from '../try/answer.ts';
import type { ReportSection } from './reportDocument.ts';

/** What was tried, and the answers. */
export function trySection({ prompt, before, after, inContext }: Answer): ReportSection {
  return {
    title: tabName('try'),
    blocks: [
      { type: 'text', title: l10n.t('Prompt'), text: prompt },
      { type: 'text', title: l10n.t('Without the edit'), text: before ?? '' },
      { type: 'text', title: l10n.t('With the edit'), text: after ?? '' },
      ...(inContext === null
        ? []
        : [{ type: 'text' as const, title: l10n.t('With the fact in context'), text: inContext }]),
    ],
  };
}
