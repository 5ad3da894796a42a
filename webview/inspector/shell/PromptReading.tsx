import * as l10n from '@vscode/l10n';
import type { VNode } from 'preact';
import type { InspectorState } from '../../../src/protocol/inspector.ts';
import type { ChangeView } from '../savedView.ts';
import { type Readable, shownOf } from '../useReading.ts';
import type { Readings } from '../useReadings.ts';
import { Notice } from './Notice.tsx';
import { PromptBar } from './PromptBar.tsx';
import { Read } from './Read.tsx';

interface PromptReadingProps<T> {
  readonly state: InspectorState;
  readonly readings: Readings;
  readonly onView: ChangeView;
  readonly of: Readable<T>;
  /** What is being read, for people. */
  readonly what: string;
  /** What is read of the prompt, to be chosen also where it could not be read. */
  readonly controls?: VNode;
  readonly children: (value: T) => VNode;
}

/** The prompt that a tab is about, and below it what was read of it, or what to do to have it read. */
export function PromptReading<T>({
  state,
  readings,
  onView,
  of,
  what,
  controls,
  children,
}: PromptReadingProps<T>): VNode {
  return (
    <>
      <PromptBar
        prompt={readings.prompt}
        known={shownOf(readings.prompts.reading) ?? []}
        onPrompt={(text) => onView({ prompt: { edit: state.edit?.key ?? null, text } })}
      />
      {readings.prompt === '' ? (
        <Notice title={l10n.t('No Prompt Yet')}>
          {l10n.t('Type a text for the model to read, or select an edit to read its prompt.')}
        </Notice>
      ) : (
        <>
          {controls}
          <Read of={of} what={what}>
            {children}
          </Read>
        </>
      )}
    </>
  );
}
