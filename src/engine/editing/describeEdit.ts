import { createHash } from 'node:crypto';
import type { KeySimilarity } from '../../protocol/editing.ts';
import { ofMethod } from '../../protocol/hyperparameters.ts';
import type { PatchedEdit, PatchedInputs } from '../../protocol/patches.ts';
import type { ComputedEdit } from './methods/computedEdit.ts';
import type { LayerUpdate } from './patches/update.ts';
import type { PlannedEdit } from './planEdits.ts';
import type { ValueStep } from './value/value.ts';

/** An edit that was computed, and how it compares with the weight and with other keys. */
export interface DoneEdit extends PlannedEdit {
  readonly computed: ComputedEdit;
  /** The rewriting prompts, with `{}` for the edit's own. */
  readonly templates: readonly string[];
  /** ‖ΔW‖ / ‖W‖ */
  readonly relativeUpdateNorm: number;
  readonly keySimilarity: KeySimilarity[];
}

/** What an edit was computed with, by name: what its method has, and the texts that its prompts began with. */
export function usedBy({ method, hyperparameters, templates }: DoneEdit): Record<string, unknown> {
  const values = ofMethod(method, hyperparameters);
  return { ...values, ...(values.templates !== undefined && { contextTemplates: templates }) };
}

/**
 * What a patch says of an edit.
 *
 * @param own the hyperparameters that are others than those of the patch
 */
export function describe(
  { edit, method, layer, computed, relativeUpdateNorm, keySimilarity: similarity }: DoneEdit,
  own: Readonly<Record<string, unknown>>,
): PatchedEdit {
  const { id, prompt, subject, occurrence, target, space } = edit;
  const { relativeNorm, updateNorm, steps, updates } = computed;
  const curve = steps.map(({ milliseconds: _, ...step }) => step);
  const nll = (step: Omit<ValueStep, 'milliseconds'> | undefined) => step?.nll ?? Number.NaN;
  return {
    id,
    prompt,
    subject,
    ...(occurrence !== undefined && { occurrence }),
    target,
    ...(space !== undefined && { space }),
    method,
    ...(Object.keys(own).length > 0 && { hyperparameters: own }),
    layer: layer.layer,
    ...severalLayers(updates),
    ...(computed.lostEnergy !== undefined && { lostEnergy: computed.lostEnergy }),
    layerReason: layer.reason,
    relativeNorm,
    updateNorm,
    steps: steps.length - 1,
    nll: [nll(curve[0]), nll(curve.at(-1))],
    curve,
    relativeUpdateNorm,
    keySimilarity: similarity,
  };
}

/** What besides its fact an edit was computed from, where there is something. */
export function inputsOf(
  { edit, method, donors }: PlannedEdit,
  protect: boolean,
): { inputs?: PatchedInputs } {
  const asked = protect ? edit.probes?.sameSubject : undefined;
  const constraint = method === 'dinm' ? edit.safety?.constraint : undefined;
  const inputs = {
    ...(asked !== undefined && { sameSubject: asked.map(({ prompt }) => prompt) }),
    ...(constraint !== undefined && { constraint }),
    ...(donors.length > 0 && { donors: donors.map(({ prompt, subject }) => ({ prompt, subject })) }),
  };
  return Object.keys(inputs).length > 0 ? { inputs } : {};
}

/** SHA-256 of the text that a covariance was taken from. */
export const textDigest = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The layers that an edit changes, where they are several. */
export function severalLayers(updates: readonly LayerUpdate[]): { layers?: number[] } {
  const layers = [...new Set(updates.map(({ layer }) => layer))];
  return layers.length > 1 ? { layers } : {};
}
