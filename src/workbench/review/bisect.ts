import { l10n, window } from 'vscode';
import type { Question } from '../../engine/bisect/askStep.ts';
import type { Flip } from '../../engine/bisect/findFlip.ts';
import type { Step } from '../../engine/bisect/step.ts';
import { InputError } from '../../engine/errors.ts';
import type { Work } from '../../engine/work/progress.ts';
import { message } from '../../text/labels.ts';
import { bytes } from '../../text/numbers.ts';
import type { EngineService } from '../engine/engineService.ts';
import { isOnHub } from './askHubRevision.ts';
import type { Sides } from './askRevision.ts';
import { trusted } from './git/git.ts';
import { type Side, sideName } from './side.ts';

/**
 * Asks for a question, and finds the revision of a model in which its answer flipped: by binary search over the commits
 * that led to HEAD, or those of its repository on the hub.
 *
 * @returns that revision and the one before it; undefined where a person gives up
 * @throws InputError where the model has no revisions, or nothing flipped
 */
export async function bisect(engine: EngineService, model: Side): Promise<Sides | undefined> {
  const { name } = sideName(model);
  if (model.kind === 'reference' && !isOnHub(model)) {
    throw new InputError(l10n.t('{0} has no revisions; name a file on the Hugging Face hub.', name));
  }
  const question = await askQuestion(name);
  if (question === undefined) return undefined;
  const { scratchFolder } = await import('../../engine/files/scratchFolder.ts');
  await using scratch = await scratchFolder();
  const title = l10n.t('Where Did It Come In? {0}', name);
  const steps = await stepsOf(engine, model, scratch.path);
  if (steps === undefined) return undefined;
  const flip = await engine.jobs.run(title, (work) => search(engine, steps, question, work));
  const told = l10n.t(
    'It came in with {0}, after {1}. Asked were {2} of {3}.',
    flip.after.step.name,
    flip.before.step.name,
    flip.asked.length,
    steps.length,
  );
  void window.showInformationMessage(message(told));
  return { candidate: flip.after.step.source, base: flip.before.step.source };
}

/** @returns undefined where a person gives up */
async function askQuestion(name: string): Promise<Question | undefined> {
  const title = l10n.t('Where Did It Come In? {0}', name);
  const required = (text: string) => (text.trim() === '' ? l10n.t('It must not be empty.') : undefined);
  const ask = (prompt: string, placeHolder: string) =>
    window.showInputBox({ title, prompt, placeHolder, ignoreFocusOut: true, validateInput: required });
  const prompt = await ask(
    l10n.t('What every revision is asked'),
    l10n.t('The Eiffel Tower is located in the city of'),
  );
  if (prompt === undefined) return undefined;
  const expect = await ask(l10n.t('The answer to look for'), l10n.t('Rome'));
  if (expect === undefined) return undefined;
  const ways = [
    {
      label: l10n.t('It Continues the Text'),
      detail: l10n.t('The continuation begins with the answer'),
      chat: false,
    },
    {
      label: l10n.t('It Answers in a Chat'),
      detail: l10n.t('What it answers contains the answer'),
      chat: true,
    },
  ];
  const way = await window.showQuickPick(ways, {
    title,
    placeHolder: l10n.t('How it is asked'),
    ignoreFocusOut: true,
  });
  return way && { prompt, expect, chat: way.chat };
}

/** The states of a model, the oldest first. @returns undefined where a person does not want as much downloaded */
async function stepsOf(engine: EngineService, model: Side, scratch: string): Promise<Step[] | undefined> {
  const { mostMoved, stepsInGit, stepsOnHub } = await import('../../engine/bisect/steps.ts');
  if (model.kind === 'file') return await stepsInGit(model.path, scratch, trusted);
  if (model.kind === 'revision') throw new Error('a revision is one state of a model');
  const { revisions } = await engine.run(l10n.t('Listing the revisions of {0}', model.name), (client, work) =>
    client.fileHistory({ model: model.name }, work),
  );
  const most = mostMoved(revisions);
  const download = l10n.t('Download');
  const chosen = await window.showInformationMessage(
    l10n.t('Download revisions of {0} to ask them?', sideName(model).name),
    {
      modal: true,
      detail: l10n.t(
        'Of {0} revisions up to {1} are asked, and each of those is downloaded whole: up to {2} in all.',
        revisions.length,
        most.asked,
        bytes(most.bytes),
      ),
    },
    download,
  );
  return chosen === download ? stepsOnHub(revisions) : undefined;
}

async function search(
  engine: EngineService,
  steps: readonly Step[],
  question: Question,
  { signal, report }: Work,
): Promise<Flip> {
  const { findFlip, maxAsked } = await import('../../engine/bisect/findFlip.ts');
  const { askStep } = await import('../../engine/bisect/askStep.ts');
  const { parted } = await import('../../engine/work/progress.ts');
  let asked = 0;
  return await findFlip(steps, async (step) => {
    const work = parted({ signal, report }, asked++, maxAsked(steps.length), step.name);
    return await engine.quietly((client) => askStep(client, step, question, work));
  });
}
