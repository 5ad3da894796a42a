import { l10n } from 'vscode';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import { type Answer, askChoice, askText, type Choice } from './asking.ts';
import { complaintAbout, type Draft, promptIn } from './draft.ts';

type More = Draft['more'];
type Probes = NonNullable<More['probes']>;
type Safety = NonNullable<More['safety']>;

interface Place {
  readonly step: number;
  readonly total: number;
}

/** A list of prompts that an edit may have: of its probes, or of what a safety edit is judged by. */
export type ListField = { readonly of: 'probes'; readonly kind: keyof Probes } | SafetyField;
type SafetyField = { readonly of: 'safety'; readonly kind: keyof Safety };

/** Kinds whose prompts come with the answer that is expected of them. */
const answered: readonly string[] = ['portability', 'sameSubject', 'constraint', 'neighbourhood'];

interface Listed {
  readonly prompt: Parameters<typeof shownPrompt>[0];
  readonly target?: string | undefined;
}

/** The prompts of a list, as they are. */
export function listed({ more }: Draft, { of, kind }: ListField): readonly Listed[] {
  return (of === 'probes' ? more.probes?.[kind] : more.safety?.[kind]) ?? [];
}

/** Asks for prompts, one after the other: what is typed is added, what is chosen is taken out; until one goes back. */
export async function askPrompts(
  draft: Draft,
  field: ListField & { readonly title: string },
  place: Place,
): Promise<Answer<More>> {
  for (let known = draft; ; ) {
    const there = listed(known, field);
    const given = await askChoice<Chosen>({
      ...place,
      title: l10n.t('New Edit: {0}', field.title),
      placeholder: l10n.t('Type a prompt to add it, choose one to remove it; go back when done'),
      items: (typed) => [...added(typed), ...there.map(removed)],
    });
    if (given === undefined) return undefined;
    if ('back' in given) return { value: known.more };
    const { value } = given;
    if (typeof value === 'number') {
      known = changed(known, field, there.toSpliced(value, 1));
      continue;
    }
    const target = answered.includes(field.kind) ? await askTarget(known, field, value, place) : {};
    if (target === undefined) return undefined;
    if ('back' in target) continue;
    known = changed(known, field, [...there, { prompt: promptIn(value, known.chat), ...target }]);
  }
}

/** A prompt that is typed, or the place of one that is there. */
type Chosen = string | number;

function added(typed: string): Choice<Chosen>[] {
  const text = typed.trim();
  return text === '' ? [] : [{ label: `$(add) ${text}`, value: text, alwaysShow: true }];
}

function removed({ prompt, target }: Listed, index: number): Choice<Chosen> {
  const answer = target === undefined ? {} : { description: `→ ${target}` };
  return { label: `$(trash) ${shownPrompt(prompt)}`, ...answer, value: index };
}

async function askTarget(
  draft: Draft,
  field: ListField & { readonly title: string },
  text: string,
  place: Place,
): Promise<{ readonly target: string } | { readonly back: string } | undefined> {
  const prompt = promptIn(text, draft.chat);
  const given = await askText({
    ...place,
    title: l10n.t('New Edit: {0}', field.title),
    prompt: l10n.t('The expected answer to "{0}"', text),
    value: '',
    validate: (target) =>
      complaintAbout(changed(draft, field, [{ prompt, target: target.trim() }]), field.of),
  });
  if (given === undefined || 'back' in given) return given;
  return { target: given.value.trim() };
}

function changed(draft: Draft, { of, kind }: ListField, list: readonly Listed[]): Draft {
  const { [of]: group, ...more } = draft.more;
  const { [kind as never]: _, ...others } = (group ?? {}) as Readonly<Record<string, unknown>>;
  const next = list.length === 0 ? others : { ...others, [kind]: list };
  return { ...draft, more: Object.keys(next).length === 0 ? more : { ...more, [of]: next } };
}
