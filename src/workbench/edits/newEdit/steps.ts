import { l10n } from 'vscode';
import { spellingIn } from '../language/promptSpans.ts';
import { type Answer, askChoice, askText, type Choice } from './asking.ts';
import { complaintAbout, type Draft } from './draft.ts';
import type { Step } from './inSteps.ts';
import { subjectCandidates } from './subjectCandidates.ts';

/** An answer that the base gives, and why it is offered. */
export interface KnownAnswer {
  readonly answer: string;
  readonly why: string;
}

export const askPrompt: Step<Draft> = async (draft, step, total) => {
  const given = await askText({
    title: l10n.t('New Edit: the sentence'),
    step,
    total,
    prompt: l10n.t('The beginning of a sentence about the subject, up to where the model is to answer'),
    placeholder: l10n.t('The Eiffel Tower is located in the city of'),
    value: draft.prompt,
    validate: (prompt) => complaintAbout({ ...draft, prompt }, 'prompt'),
  });
  return changed(given, (prompt) => ({ ...draft, prompt: prompt.trim() }));
};

export const askSubject: Step<Draft> = async (draft, step, total) => {
  const { prompt } = draft;
  const candidates = subjectCandidates(prompt);
  const mark = (subject: string) => ({
    label: subject,
    description: prompt.replace(subject, () => `«${subject}»`),
    value: subject,
  });
  const given = await askChoice<string>({
    title: l10n.t('New Edit: the subject'),
    step,
    total,
    placeholder: l10n.t('The words of the sentence that the fact is about: choose, or type them'),
    items: (typed) => {
      const listed = candidates.map(mark);
      if (typed.trim() === '' || candidates.includes(typed.trim())) return listed;
      const problem = complaintAbout({ ...draft, subject: typed.trim() }, 'subject');
      if (problem === undefined) return [{ ...mark(typed.trim()), alwaysShow: true }, ...listed];
      const meant = spellingIn(prompt, typed);
      return [
        { label: `$(warning) ${typed}`, description: problem, alwaysShow: true },
        ...(meant === undefined ? [] : [{ ...mark(meant), alwaysShow: true }]),
        ...listed.filter(({ value }) => value !== meant),
      ];
    },
  });
  return changed(given, (subject) => ({ ...draft, subject }));
};

/** @param known gives what the base answers now; undefined where it is not loaded */
export function askTruth(
  known: ((prompt: string) => Promise<readonly KnownAnswer[]>) | undefined,
): Step<Draft> {
  return async (draft, step, total) => {
    let answers: readonly KnownAnswer[] = [];
    const none: Choice<string> = {
      label: l10n.t('Leave it open'),
      description: l10n.t('then the model proposes no probes'),
      value: '',
      alwaysShow: true,
    };
    const given = await askChoice<string>({
      title: l10n.t('New Edit: the answer until now'),
      step,
      total,
      placeholder: l10n.t('What is answered without the edit: choose, or type it'),
      items: (typed) => [
        ...ownAnswer(typed, complaintAbout({ ...draft, target: 'x', truth: typed.trim() }, 'target.true')),
        ...answers.map(({ answer, why }) => ({ label: answer, description: why, value: answer })),
        none,
      ],
      ...(known && {
        later: async (refresh: () => void) => {
          // without them the answer is typed; an engine that has ended says so itself
          answers = await known(draft.prompt).catch(() => []);
          refresh();
        },
      }),
    });
    return changed(given, (truth) => ({ ...draft, truth: truth === '' ? undefined : truth }));
  };
}

function ownAnswer(typed: string, problem: string | undefined): Choice<string>[] {
  const answer = typed.trim();
  if (answer === '') return [];
  if (problem !== undefined)
    return [{ label: `$(warning) ${answer}`, description: problem, alwaysShow: true }];
  return [{ label: answer, description: l10n.t('as typed'), value: answer, alwaysShow: true }];
}

export const askTarget: Step<Draft> = async (draft, step, total) => {
  const given = await askText({
    title: l10n.t('New Edit: the new answer'),
    step,
    total,
    prompt:
      draft.truth === undefined
        ? l10n.t('What the model is to answer to "{0}"', draft.prompt)
        : l10n.t('What the model is to answer to "{0}" instead of "{1}"', draft.prompt, draft.truth),
    value: draft.target,
    validate: (target) => complaintAbout({ ...draft, target }, 'target.new'),
  });
  return changed(given, (target) => ({ ...draft, target: target.trim() }));
};

function changed<T>(given: Answer<T>, change: (value: T) => Draft): Answer<Draft> {
  return given === undefined || given === 'back' ? given : { value: change(given.value) };
}
