import { l10n } from 'vscode';
import type { Sweep, Task } from '../../protocol/tasks.ts';
import { share } from '../../text/numbers.ts';
import type { Models } from '../models/models.ts';

/** Makes the best layer of a sweep the edit target. Another one can be chosen on its page. */
export function chooseBest(models: Models, { request, result }: Task): void {
  if (request.kind !== 'sweep' || result?.kind !== 'sweep') return;
  const [best] = result.value.layers;
  if (best === undefined || models.get(request.model) === undefined) return;
  models.chooseTarget(request.model, { layer: best.layer, reason: sweepReason(result.value, best.layer) });
}

/** Why a layer is the target: its place among those that were tried, and its score. */
export function sweepReason({ layers }: Sweep, layer: number): string {
  const place = layers.findIndex((tried) => tried.layer === layer);
  const score = share(layers[place]?.measures.after.score);
  return place === 0
    ? l10n.t('the best of {0} layers tried, score {1} (CounterFact)', layers.length, score)
    : l10n.t('chosen among {0} layers tried, score {1} (CounterFact)', layers.length, score);
}
