import { commands, type Disposable } from 'vscode';
import type { Edits } from '../edits/edits.ts';
import type { Models } from '../models/models.ts';

/**
 * Ticks the steps of the walkthrough by what was really done: a model is ready, an edit is on, its measures are there,
 * it is off again. The step that opens the sample is ticked by its command, that of the inspector where it opens.
 */
export function registerWalkthroughSteps(models: Models, edits: Edits): Disposable {
  const ticked = new Set<string>();
  const tick = (step: Parameters<typeof tickStep>[0]) => {
    if (ticked.has(step)) return;
    ticked.add(step);
    tickStep(step);
  };
  return edits.onDidChange(() => {
    const states = models.known();
    if (states.some(({ state }) => state === 'ready')) tick('load');
    if (states.some(({ applied }) => applied.length > 0)) tick('apply');
    if (ticked.has('apply') && states.every(({ applied }) => applied.length === 0)) tick('revert');
  });
}

/** Ticks one step: the walkthrough listens for the key. */
export function tickStep(step: 'load' | 'apply' | 'inspect' | 'revert'): void {
  void commands.executeCommand('setContext', `palimpsest.did.${step}`, true);
}
