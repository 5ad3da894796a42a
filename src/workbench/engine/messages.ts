import { commands, l10n, window } from 'vscode';
import { CancelledError, HumanError } from '../../engine/errors.ts';
import { EngineCrash } from '../../engine/process/crash.ts';
import { message } from '../../text/labels.ts';
import { Hint, type Remedy } from './hint.ts';

/** Does what a command asks for, and tells a person in one sentence where it fails. */
export async function attempt(action: () => Promise<unknown>): Promise<void> {
  try {
    await action();
  } catch (error) {
    void tell(error);
  }
}

async function tell(error: unknown): Promise<void> {
  // a cancellation was the person's own wish, and a crash has a message of its own
  if (error instanceof CancelledError || error instanceof EngineCrash) return;
  if (error instanceof Hint)
    await run(await window.showInformationMessage(message(error.message), error.remedy));
  else await withLog(sentenceOf(error), ...(afterCrash(error) ? [restart()] : []));
}

/** What a person reads of an error. */
export function sentenceOf(error: unknown): string {
  if (error instanceof HumanError) return error.message;
  return l10n.t('Unexpected error: {0}', error instanceof Error ? error.message : String(error));
}

const afterCrash = (error: unknown): boolean => error instanceof Error && error.cause instanceof EngineCrash;

/**
 * One message for each end of the engine that nobody asked for, with what was on and is off now.
 *
 * @param putBack starts the engine and switches on again what was on
 */
export async function tellCrash(crash: EngineCrash, putBack: () => Promise<void>): Promise<void> {
  const again = { title: l10n.t('Restart and Reapply'), run: putBack };
  const wasOn = [...crash.applied.values()].some((patches) => patches.length > 0);
  await withLog(crash.message, ...(wasOn ? [again] : []), restart());
}

const restart = (): Remedy => ({ title: l10n.t('Restart'), command: 'palimpsest.engine.restart' });

async function withLog(text: string, ...remedies: readonly Answer[]): Promise<void> {
  const showLog: Answer = { title: l10n.t('Show Log'), command: 'palimpsest.engine.showLog' };
  await run(await window.showErrorMessage(message(text), ...remedies, showLog));
}

/** A command, or what else a message offers. */
type Answer = Remedy | { readonly title: string; readonly run: () => Promise<void> };

async function run(answer: Answer | undefined): Promise<void> {
  if (answer === undefined) return;
  if ('run' in answer) await attempt(answer.run);
  else await commands.executeCommand(answer.command);
}
