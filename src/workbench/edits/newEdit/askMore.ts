import { l10n } from 'vscode';
import { METHODS, methodEntry } from '../../../protocol/methods.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import { occurrencesOf } from '../../../text/occurrences.ts';
import type { ModelEntry } from '../../models/modelEntry.ts';
import { type Answer, askChoice, askText, type Choice } from './asking.ts';
import { askPrompts, type ListField, listed } from './askPrompts.ts';
import { complaintAbout, type Draft, promptIn } from './draft.ts';

type More = Draft['more'];
type Single = Exclude<keyof More, 'probes' | 'safety'>;

/** A value of the edit, or a list of its prompts. */
type Field = Single | (ListField & { readonly title: string });

interface Place {
  readonly step: number;
  readonly total: number;
}

/**
 * Asks for what only few edits say, a field at a time, until one goes back.
 *
 * @returns undefined where the person gives up
 */
export async function askMore(
  draft: Draft,
  base: ModelEntry | undefined,
  place: Place,
): Promise<Draft | undefined> {
  for (let known = draft; ; ) {
    const given = await askChoice<Field>({
      ...place,
      title: l10n.t('New Edit: method, layer and more'),
      placeholder: l10n.t('Choose a field to set; go back when done'),
      items: () => fields(known),
    });
    if (given === undefined) return undefined;
    if ('back' in given) return known;
    const told = await askField(given.value, known, base, place);
    if (told === undefined) return undefined;
    if ('value' in told) known = { ...known, more: told.value };
  }
}

function fields(draft: Draft): Choice<Field>[] {
  const { prompt, subject, more } = draft;
  const field = (value: Single, label: string, unsaid: string): Choice<Field> => ({
    label,
    description: more[value] === undefined ? unsaid : JSON.stringify(more[value]),
    value,
  });
  const several = occurrencesOf(prompt, subject).length > 1;
  return [
    field('method', l10n.t('Method'), l10n.t('as the file or the settings say')),
    field('layer', l10n.t('Layer'), l10n.t('as the file says, or as proposed for the model')),
    field('hyperparameters', l10n.t('Hyperparameters'), l10n.t('the defaults of the method')),
    field('space', l10n.t('Space before the answer'), l10n.t('as the script requires')),
    ...(several
      ? [field('occurrence', l10n.t('Occurrence of the subject'), l10n.t('the last whole word'))]
      : []),
    field('donor', l10n.t('Donor'), l10n.t('looked for by the method "donor"')),
    ...lists().map((list): Choice<Field> => {
      const { length } = listed(draft, list);
      return { label: list.title, description: length === 0 ? l10n.t('none') : String(length), value: list };
    }),
  ];
}

/** The lists of prompts that an edit may have, by their names. */
function lists(): (ListField & { readonly title: string })[] {
  return [
    { of: 'probes', kind: 'paraphrase', title: l10n.t('Probes: paraphrases') },
    { of: 'probes', kind: 'neighbourhood', title: l10n.t('Probes: neighbors') },
    { of: 'probes', kind: 'portability', title: l10n.t('Probes: portability') },
    { of: 'probes', kind: 'sameSubject', title: l10n.t('Probes: other facts of the subject') },
    { of: 'probes', kind: 'text', title: l10n.t('Probes: free text') },
    { of: 'safety', kind: 'onlyQuestion', title: l10n.t('Safety: the question alone') },
    { of: 'safety', kind: 'otherAttack', title: l10n.t('Safety: the question in other attacks') },
    { of: 'safety', kind: 'otherQuestion', title: l10n.t('Safety: other questions in this attack') },
    {
      of: 'safety',
      kind: 'otherAttackAndQuestion',
      title: l10n.t('Safety: other questions in other attacks'),
    },
    { of: 'safety', kind: 'constraint', title: l10n.t('Safety: knowledge to keep') },
    { of: 'safety', kind: 'harmless', title: l10n.t('Safety: harmless prompts') },
  ];
}

function askField(
  field: Field,
  draft: Draft,
  base: ModelEntry | undefined,
  place: Place,
): Promise<Answer<More>> {
  if (typeof field === 'object') return askPrompts(draft, field, place);
  switch (field) {
    case 'donor':
      return askDonor(draft, place);
    case 'method':
      return chosen(draft, place, l10n.t('Method'), 'method', [
        { label: l10n.t('As the file or the settings say'), value: undefined },
        ...METHODS.map((name) => {
          const { title, summary } = methodEntry(name);
          return { label: name, description: title, detail: summary, value: name };
        }),
      ]);
    case 'space':
      return chosen(draft, place, l10n.t('Space before the answer'), 'space', [
        { label: l10n.t('As the script requires'), value: undefined },
        { label: l10n.t('A space'), value: true },
        { label: l10n.t('No space'), value: false },
      ]);
    case 'occurrence':
      return chosen(draft, place, l10n.t('Occurrence of the subject'), 'occurrence', [
        { label: l10n.t('The last whole word'), value: undefined },
        ...occurrencesOf(draft.prompt, draft.subject).map((at, index) => ({
          label: String(index + 1),
          description: around(draft.prompt, draft.subject, at),
          value: index + 1,
        })),
      ]);
    case 'layer':
      return askLayer(draft, base, place);
    case 'hyperparameters':
      return askHyperparameters(draft, place);
  }
}

async function chosen<K extends Single>(
  { more }: Draft,
  place: Place,
  title: string,
  field: K,
  options: readonly { label: string; description?: string; detail?: string; value: More[K] }[],
): Promise<Answer<More>> {
  const given = await askChoice<{ readonly of: More[K] }>({
    ...place,
    title: l10n.t('New Edit: {0}', title),
    placeholder: title,
    items: () => options.map(({ value, ...shown }) => ({ ...shown, value: { of: value } })),
  });
  if (given === undefined || 'back' in given) return given;
  return { value: { ...more, [field]: given.value.of } };
}

async function askLayer(draft: Draft, base: ModelEntry | undefined, place: Place): Promise<Answer<More>> {
  const { more } = draft;
  const layers = base?.info?.layers;
  const given = await askText({
    ...place,
    title: l10n.t('New Edit: {0}', l10n.t('Layer')),
    prompt:
      layers === undefined
        ? l10n.t('The layer to edit, counted from 0; leave empty for the proposed one')
        : l10n.t('The layer to edit, 0 to {0}; leave empty for the proposed one', layers - 1),
    value: more.layer === undefined ? '' : String(more.layer),
    validate: (text) => {
      const layer = layerIn(text);
      if (layer === undefined) return undefined;
      if (layers !== undefined && layer >= layers)
        return l10n.t('The model has the layers 0 to {0}.', layers - 1);
      return complaintAbout({ ...draft, more: { ...more, layer } }, 'layer');
    },
  });
  if (given === undefined || 'back' in given) return given;
  return { value: { ...more, layer: layerIn(given.value) } };
}

const layerIn = (text: string): number | undefined => (text.trim() === '' ? undefined : Number(text));

/** Another subject that has the new answer: a prompt, and the words of it that are the subject; nothing for none. */
async function askDonor(draft: Draft, place: Place): Promise<Answer<More>> {
  const { more } = draft;
  const title = l10n.t('New Edit: {0}', l10n.t('Donor'));
  const prompt = await askText({
    ...place,
    title,
    prompt: l10n.t(
      'A prompt about another subject that has the new answer; leave empty to have one looked for',
    ),
    value: more.donor === undefined ? '' : shownPrompt(more.donor.prompt),
    validate: () => undefined,
  });
  if (prompt === undefined || 'back' in prompt) return prompt;
  const text = prompt.value.trim();
  if (text === '') return { value: { ...more, donor: undefined } };
  const donor = (subject: string) => ({ prompt: promptIn(text, draft.chat), subject: subject.trim() });
  const subject = await askText({
    ...place,
    title,
    prompt: l10n.t('The words of "{0}" that name the subject', text),
    value: more.donor?.subject ?? '',
    validate: (words) => complaintAbout({ ...draft, more: { ...more, donor: donor(words) } }, 'donor'),
  });
  if (subject === undefined || 'back' in subject) return subject;
  return { value: { ...more, donor: donor(subject.value) } };
}

async function askHyperparameters(draft: Draft, place: Place): Promise<Answer<More>> {
  const { more } = draft;
  const said = Object.entries(more.hyperparameters ?? {});
  const given = await askText({
    ...place,
    title: l10n.t('New Edit: {0}', l10n.t('Hyperparameters')),
    prompt: l10n.t('NAME=VALUE, separated by spaces; leave empty for the defaults of the method'),
    placeholder: 'steps=40 clamp=2',
    value: said.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(' '),
    validate: (text) => {
      const pairs = pairsIn(text);
      if (pairs === undefined) return l10n.t('Write NAME=VALUE, such as steps=40.');
      return complaintAbout({ ...draft, more: { ...more, hyperparameters: pairs } }, 'hyperparameters');
    },
  });
  if (given === undefined || 'back' in given) return given;
  const hyperparameters = pairsIn(given.value) ?? {};
  const none = Object.keys(hyperparameters).length === 0;
  return { value: { ...more, hyperparameters: none ? undefined : hyperparameters } };
}

/** @returns undefined where a part is no NAME=VALUE; a value that is no JSON is a word */
function pairsIn(text: string): Record<string, unknown> | undefined {
  const parts = text
    .trim()
    .split(/\s+/)
    .filter((part) => part !== '');
  const pairs = parts.map((part) => /^([^=]+)=(.+)$/.exec(part));
  if (pairs.some((pair) => pair === null)) return undefined;
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', jsonOrWord(pair?.[2] ?? '')]));
}

function jsonOrWord(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Where a subject stands, with the words about it. */
function around(prompt: string, subject: string, at: number): string {
  const end = at + subject.length;
  return `${prompt.slice(Math.max(0, at - 20), at)}«${subject}»${prompt.slice(end, end + 20)}`;
}
