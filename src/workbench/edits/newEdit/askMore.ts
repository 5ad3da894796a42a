import { l10n } from 'vscode';
import { METHODS, methodEntry } from '../../../protocol/methods.ts';
import { occurrencesOf } from '../../../text/occurrences.ts';
import type { ModelEntry } from '../../models/modelEntry.ts';
import { type Answer, askChoice, askText, type Choice } from './asking.ts';
import { complaintAbout, type Draft } from './draft.ts';

type More = Draft['more'];
type Field = keyof More;

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
      placeholder: l10n.t('What the edit says besides; go back when it says all'),
      items: () => fields(known),
    });
    if (given === undefined) return undefined;
    if ('back' in given) return known;
    const told = await askField(given.value, known, base, place);
    if (told === undefined) return undefined;
    if ('value' in told) known = { ...known, more: told.value };
  }
}

function fields({ prompt, subject, more }: Draft): Choice<Field>[] {
  const field = (value: Field, label: string, unsaid: string): Choice<Field> => ({
    label,
    description: more[value] === undefined ? unsaid : JSON.stringify(more[value]),
    value,
  });
  const several = occurrencesOf(prompt, subject).length > 1;
  return [
    field('method', l10n.t('Method'), l10n.t('as the file or the settings say')),
    field('layer', l10n.t('Layer'), l10n.t('as the file says, or as proposed for the model')),
    field('hyperparameters', l10n.t('Hyperparameters'), l10n.t('the defaults of the method')),
    field('space', l10n.t('Space before the answer'), l10n.t('as the script has it')),
    ...(several
      ? [field('occurrence', l10n.t('Occurrence of the subject'), l10n.t('the last that is a word'))]
      : []),
  ];
}

function askField(
  field: Field,
  draft: Draft,
  base: ModelEntry | undefined,
  place: Place,
): Promise<Answer<More>> {
  switch (field) {
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
        { label: l10n.t('As the script has it'), value: undefined },
        { label: l10n.t('A space'), value: true },
        { label: l10n.t('No space'), value: false },
      ]);
    case 'occurrence':
      return chosen(draft, place, l10n.t('Occurrence of the subject'), 'occurrence', [
        { label: l10n.t('The last that is a word'), value: undefined },
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

async function chosen<K extends Field>(
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
        ? l10n.t('The layer to edit, from 0; nothing for the one that is proposed')
        : l10n.t('The layer to edit, 0 to {0}; nothing for the one that is proposed', layers - 1),
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

async function askHyperparameters(draft: Draft, place: Place): Promise<Answer<More>> {
  const { more } = draft;
  const said = Object.entries(more.hyperparameters ?? {});
  const given = await askText({
    ...place,
    title: l10n.t('New Edit: {0}', l10n.t('Hyperparameters')),
    prompt: l10n.t('NAME=VALUE, separated by spaces; nothing for the defaults of the method'),
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
