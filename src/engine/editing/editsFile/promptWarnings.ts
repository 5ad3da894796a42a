import type { Prompt } from '../../../protocol/chat.ts';
import type { EditProblem } from '../../../protocol/checks.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { wordsOf } from '../../../protocol/promptWords.ts';
import { occurrencesOf } from '../../../text/occurrences.ts';
import { quoted } from '../../../text/visible.ts';
import { likelySubjects } from '../../inspection/subject.ts';
import type { SoundEdits } from './soundEdits.ts';

type Path = EditProblem['path'];

/** What the usual chat templates put around turns. */
const usualMarkers =
  /<\|[\w ]{1,60}\|>|<｜[^｜\n]{1,60}｜>|\[\/?(?:INST|SYSTEM_PROMPT|AVAILABLE_TOOLS|TOOL_CALLS|TOOL_RESULTS)\]|<<\/?SYS>>|<(?:start|end)_of_turn>|<\/?s>|<[be]os>/g;

/**
 * What is worth a look in edits whose form is right, whatever the model: prompts that end in a space or hold chat markers,
 * and subjects that may be meant in several places.
 *
 * @param special texts of the model's special tokens, where it is known
 */
export function promptWarnings({ edits }: SoundEdits, special: readonly string[] = []): EditProblem[] {
  return [...edits].flatMap(([index, edit]) => [
    ...checkOccurrence(edit, ['edits', index, 'subject']),
    ...promptsOf(edit, ['edits', index]).flatMap(({ path, prompt }) => [
      ...(typeof prompt === 'string' ? checkEnd(prompt, path) : []),
      ...checkMarkers(wordsOf(prompt), path, special),
    ]),
  ]);
}

function checkOccurrence(edit: Edit, path: Path): EditProblem[] {
  const { prompt, subject, occurrence } = edit;
  const places = likelySubjects(edit);
  if (occurrence !== undefined || places.length < 2) return [];
  const all = occurrencesOf(wordsOf(prompt), subject);
  const numbers = places.map((place) => all.indexOf(place) + 1);
  const message = `${quoted(subject)} stands ${places.length} times in the prompt, and the edit acts at the last; say which is meant by "occurrence": ${numbers.slice(0, 4).join(' or ')}.`;
  return [{ path, kind: 'subject-twice', severity: 'warning', message }];
}

function checkEnd(prompt: string, path: Path): EditProblem[] {
  if (!/[^\S\n]$/u.test(prompt)) return [];
  const message =
    'The prompt ends in a space, which belongs to the token of the next word; take it away, the target brings its own.';
  return [{ path, kind: 'trailing-space', severity: 'warning', message }];
}

function checkMarkers(prompt: string, path: Path, special: readonly string[]): EditProblem[] {
  const usual = [...prompt.matchAll(usualMarkers)].map(([marker]) => marker);
  const found = [...new Set([...usual, ...special.filter((text) => prompt.includes(text))])];
  if (found.length === 0) return [];
  const named = found.slice(0, 4).map((marker) => quoted(marker));
  const message = `The prompt holds chat markers (${named.join(', ')}), which are read as plain text and not as special tokens; leave them out.`;
  return [{ path, kind: 'chat-markers', severity: 'warning', message }];
}

/** All prompts of an edit, with their places. */
export function promptsOf(edit: Edit, path: Path): { path: Path; prompt: Prompt }[] {
  const lists = { probes: edit.probes ?? {}, safety: edit.safety ?? {} };
  return [
    { path: [...path, 'prompt'], prompt: edit.prompt },
    ...Object.entries(lists).flatMap(([list, kinds]) =>
      Object.entries(kinds).flatMap(([kind, probes]) =>
        (probes ?? []).map(({ prompt }: { prompt: Prompt }, place: number) => ({
          path: [...path, list, kind, place, 'prompt'],
          prompt,
        })),
      ),
    ),
  ];
}
