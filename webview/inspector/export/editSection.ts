import { t } from '@vscode/l10n';
import type { InspectedEdit } from '../../../src/protocol/inspector.ts';
import { factsOf, hyperparametersOf, stepCharts, stepsOf, timesOf } from '../edit/editFacts.ts';
import { visibleToken } from '../format.ts';
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
    columns: [t('What'), t('Value')],
    rows: list.map(({ name, value }) => [name, value]),
  });
  return {
    title: tabName('edit'),
    blocks: [
      linePicture(t('Loss by step'), charts.loss),
      linePicture('‖δ‖ / ‖v₀‖', charts.norm),
      ...(update === null
        ? []
        : [
            facts(t('The update'), factsOf(update)),
            {
              type: 'table' as const,
              title: t('Keys of the neighbours'),
              columns: [t('Neighbour'), t('Token'), t('Cosine'), t('Response')],
              rows: (update.keySimilarity ?? []).map(({ prompt, token, cosine, response }) => [
                prompt,
                visibleToken(token),
                cosine,
                response,
              ]),
            },
          ]),
      ...(hyperparameters === null ? [] : [facts(t('Hyperparameters'), hyperparametersOf(hyperparameters))]),
      ...(report === null ? [] : [facts(t('Time'), timesOf(report))]),
      {
        type: 'table',
        title: t('Steps'),
        columns: [t('Step'), t('NLL'), 'KL', '‖δ‖ / ‖v₀‖', t('Milliseconds')],
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
