import { l10n } from 'vscode';
import type { Prompt } from '../../../protocol/chat.ts';
import { spellingIn } from '../language/promptSpans.ts';
import { type Answer, askChoice, askText, type Choice } from './asking.ts';
import { complaintAbout, type Draft, promptOf } from './draft.ts';
import type { Step } from './inSteps.ts';
import { subjectCandidates } from './subjectCandidates.ts';

/** An answer that the base gives, and why it is offered. */
export interface KnownAnswer {
  readonly answer: string;
  readonly why: string;
}

export const askPrompt: Step<Draft> = async (draft, step, total) => {
  const given = await askText({
    title: l10n.t('New Edit: prompt'),
    step,
    total,
    prompt: l10n.t('The beginning of a sentence about the subject, up to where the model should answer'),
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
    title: l10n.t('New Edit: subject'),
    step,
    total,
    placeholder: l10n.t('The words of the prompt that the fact is about; choose or type them'),
    value: draft.subject,
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

/** Asked of a model that has a chat template. */
export const askWay: Step<Draft> = async (draft, step, total) => {
  const ways: Choice<boolean>[] = [
    {
      label: l10n.t('As chat'),
      description: l10n.t('the prompt is the user’s turn in the model’s chat template'),
      value: true,
    },
    { label: l10n.t('As text'), description: l10n.t('the model continues the prompt'), value: false },
  ];
  const given = await askChoice<boolean>({
    title: l10n.t('New Edit: chat or text'),
    step,
    total,
    placeholder: l10n.t('Choose how the model is asked'),
    items: () => (draft.chat ? ways : ways.toReversed()),
  });
  if (given === undefined) return undefined;
  return 'back' in given ? { back: draft } : { value: { ...draft, chat: given.value } };
};

/** @param known gives what the base answers now; undefined where it is not loaded */
export function askTruth(
  known: ((prompt: Prompt) => Promise<readonly KnownAnswer[]>) | undefined,
): Step<Draft> {
  return async (draft, step, total) => {
    let answers: readonly KnownAnswer[] = [];
    const none: Choice<string> = {
      label: l10n.t('Skip'),
      description: l10n.t('the model will propose no probes'),
      value: '',
      alwaysShow: true,
    };
    const given = await askChoice<string>({
      title: l10n.t('New Edit: current answer'),
      step,
      total,
      placeholder: l10n.t('The answer without the edit; choose or type it'),
      value: draft.truth ?? '',
      items: (typed) => [
        ...ownAnswer(typed, complaintAbout({ ...draft, target: 'x', truth: typed.trim() }, 'target.true')),
        ...answers.map(({ answer, why }) => ({ label: answer, description: why, value: answer })),
        none,
      ],
      ...(known && {
        later: async (refresh: () => void) => {
          // without them the answer is typed; an engine that has ended says so itself
          answers = await known(promptOf(draft)).catch(() => []);
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
    title: l10n.t('New Edit: new answer'),
    step,
    total,
    prompt:
      draft.truth === undefined
        ? l10n.t('What the model should answer to "{0}"', draft.prompt)
        : l10n.t('What the model should answer to "{0}" instead of "{1}"', draft.prompt, draft.truth),
    value: draft.target,
    validate: (target) => complaintAbout({ ...draft, target }, 'target.new'),
  });
  return changed(given, (target) => ({ ...draft, target: target.trim() }));
};

/** The draft with an answer, or with what was typed before going back. */
function changed(given: Answer<string>, change: (value: string) => Draft): Answer<Draft, Draft> {
  if (given === undefined) return undefined;
  return 'back' in given ? { back: change(given.back) } : { value: change(given.value) };
}
