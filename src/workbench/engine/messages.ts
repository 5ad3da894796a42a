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

/** One message for each end of the engine that nobody asked for, with what was on and is off now. */
export function tellCrash(crash: EngineCrash): Promise<void> {
  return withLog(crash.message, restart());
}

const restart = (): Remedy => ({ title: l10n.t('Restart'), command: 'palimpsest.engine.restart' });

async function withLog(text: string, ...remedies: readonly Remedy[]): Promise<void> {
  const showLog: Remedy = { title: l10n.t('Show Log'), command: 'palimpsest.engine.showLog' };
  await run(await window.showErrorMessage(message(text), ...remedies, showLog));
}

async function run(answer: Remedy | undefined): Promise<void> {
  if (answer !== undefined) await commands.executeCommand(answer.command);
}
