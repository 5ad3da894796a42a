import * as l10n from '@vscode/l10n';
import type { InspectedEdit } from '../../../src/protocol/inspector.ts';
import { shownPrompt } from '../../../src/protocol/promptWords.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { factsOf, hyperparametersOf, stepCharts, stepsOf, timesOf } from '../edit/editFacts.ts';
import { tabName } from '../names.ts';
import { linePicture } from './linePicture.ts';
import type { ReportSection } from './reportDocument.ts';

/** How the edit was computed. */
export function editSection(edit: InspectedEdit): ReportSection {
  const { report, made, hyperparameters } = edit;
  const update = report ?? made;
  const steps = stepsOf(edit);
  const charts = stepCharts(steps);
  const facts = (title: string, list: ReturnType<typeof factsOf>) => ({
    type: 'table' as const,
    title,
    columns: [l10n.t('What'), l10n.t('Value')],
    rows: list.map(({ name, value }) => [name, value]),
  });
  return {
    title: tabName('edit'),
    blocks: [
      linePicture(l10n.t('Loss by step'), charts.loss),
      linePicture('‖δ‖ / ‖v₀‖', charts.norm),
      ...(update === null
        ? []
        : [
            facts(l10n.t('The update'), factsOf(update)),
            {
              type: 'table' as const,
              title: l10n.t('Keys of the neighbors'),
              columns: [l10n.t('Neighbor'), l10n.t('Token'), l10n.t('Cosine'), l10n.t('Response')],
              rows: (update.keySimilarity ?? []).map(({ prompt, token, cosine, response }) => [
                shownPrompt(prompt),
                visibleToken(token),
                cosine,
                response,
              ]),
            },
          ]),
      ...(hyperparameters === null
        ? []
        : [facts(l10n.t('Hyperparameters'), hyperparametersOf(hyperparameters))]),
      ...(report === null ? [] : [facts(l10n.t('Time'), timesOf(report))]),
      {
        type: 'table',
        title: l10n.t('Steps'),
        pictured: true,
        columns: [l10n.t('Step'), l10n.t('NLL'), 'KL', '‖δ‖ / ‖v₀‖', l10n.t('Milliseconds')],
        rows: steps.map(({ step, nll, kl, relativeNorm, milliseconds }) => [
          step,
          nll,
          kl,
          relativeNorm,
          milliseconds ?? null,
        ]),
      },
    ],
  };
}
