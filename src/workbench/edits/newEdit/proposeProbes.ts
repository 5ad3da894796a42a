import { l10n } from 'vscode';
import { CancelledError } from '../../../engine/errors.ts';
import type { Edit } from '../../../protocol/edits.ts';
import type { EngineService } from '../../engine/engineService.ts';
import { sentenceOf } from '../../engine/messages.ts';
import type { ModelEntry } from '../../models/modelEntry.ts';
import type { Models } from '../../models/models.ts';
import { factOf } from '../editEntry.ts';
import type { Proposed } from './withProbes.ts';

/** What a model proposes for an edit, or why it proposes nothing. */
export interface Proposals {
  readonly probes: Proposed;
  /** A sentence for people: what was found, or why nothing was. */
  readonly said: string;
}

const none: Proposed = { paraphrase: [], neighbourhood: [] };

/** As many as one checks. */
const count = 5;

/**
 * Asks the base for paraphrases and neighbours of an edit; loads it if need be. An edit is none the worse without them:
 * where they are cancelled or cannot be had, that is said, not thrown.
 */
export async function proposeProbes(
  { engine, models }: { readonly engine: EngineService; readonly models: Models },
  edit: Edit,
): Promise<Proposals> {
  const { base } = models;
  if (base === undefined)
    return { probes: none, said: l10n.t('Without a base model no probes can be proposed.') };
  if (edit.target.true === undefined) {
    return {
      probes: none,
      said: l10n.t('Without the current answer (target.true) no probes can be proposed.'),
    };
  }
  try {
    await models.load(base.path);
    const probes = await ask(engine, base, edit, edit.target.true);
    return { probes, said: saidOf(probes) };
  } catch (error) {
    if (error instanceof CancelledError) return { probes: none, said: l10n.t('No probes were proposed.') };
    return { probes: none, said: l10n.t('No probes were proposed. {0}', sentenceOf(error)) };
  }
}

function ask(
  engine: EngineService,
  { path: model }: ModelEntry,
  edit: Edit,
  truth: string,
): Promise<Proposed> {
  const { prompt, subject, target } = edit;
  const params = { model, prompt, subject, target: { new: target.new, true: truth }, count };
  return engine.run(l10n.t('Proposing probes for {0}', factOf(edit)), async (client, { signal, report }) => {
    const half = (done: number) => ({
      signal,
      report: (stage: string, fraction: number) => report?.(stage, (done + fraction) / 2),
    });
    const { paraphrases } = await client.proposeParaphrases(params, half(0));
    const { neighbours } = await client.proposeNeighbours(params, half(1));
    return { paraphrase: paraphrases, neighbourhood: neighbours };
  });
}

function saidOf({ paraphrase, neighbourhood }: Proposed): string {
  if (paraphrase.length + neighbourhood.length === 0) {
    return l10n.t('The model proposes no probes: it does not give the current answer without the edit.');
  }
  return l10n.t(
    'Probes that the model proposes (paraphrases: {0}, neighbors: {1}) are what it believes: check them.',
    paraphrase.length,
    neighbourhood.length,
  );
}
