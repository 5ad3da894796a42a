import path from 'node:path';
import type { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import type { Command } from 'commander';
import { uniqueSlugs } from '../engine/datasets/slug.ts';
import { parseEdits, readEditsText, serialiseEdits } from '../engine/editing/editsFile/editsFile.ts';
import { InputError } from '../engine/errors.ts';
import { complaintsAbout } from '../engine/json/complaints.ts';
import { pathName } from '../engine/json/json.ts';
import { Edit, type EditsFile } from '../protocol/edits.ts';
import { asChat } from '../protocol/promptWords.ts';

/** The edits that a command is given: a file, `-` for stdin, or one fact. */
export interface EditsOptions {
  readonly edits?: string;
  readonly prompt?: string;
  readonly subject?: string;
  readonly target?: string;
  readonly true?: string;
  /** Instead of what the file says. */
  readonly chat?: boolean | undefined;
}

export interface EditsInput {
  readonly text: string;
  readonly edits: EditsFile;
  /** What errors call it. */
  readonly name: string;
  /** What a file beside it is called, without an extension. */
  readonly stem: string;
}

export function addEditsOptions(command: Command): Command {
  return command
    .option('--edits <file>', 'the edits file, NAME.edits.json, or - for stdin')
    .option('--prompt <text>', 'one fact instead of a file: the prompt, which contains the subject')
    .option('--subject <text>', 'what the fact is about')
    .option('--target <text>', 'what the model should answer')
    .option('--true <text>', 'what it answers now');
}

/** Lets a command say how edits are asked. */
export function addChatOptions(command: Command): Command {
  return command
    .option(
      '--chat',
      "ask as chat: prompts are the user's turn of the model's chat template (default: the file's)",
    )
    .option('--no-chat', 'ask as text, unless an edit says otherwise');
}

/** @throws InputError where neither a file nor a fact is given, or both, and for what is wrong with them */
export async function editsInput(
  options: EditsOptions,
  stdin: Readable = process.stdin,
): Promise<EditsInput> {
  const { edits: file, prompt, subject, target, true: truth, chat } = options;
  const isFact = [prompt, subject, target, truth].some((given) => given !== undefined);
  if (file === undefined && prompt !== undefined && subject !== undefined && target !== undefined) {
    const answers = { new: target, ...(truth !== undefined && { true: truth }) };
    return ofFact({ prompt: chat ? asChat(prompt) : prompt, subject, target: answers });
  }
  if (file === undefined || isFact) {
    throw new InputError('Give either --edits, or one fact by --prompt, --subject and --target.');
  }
  const name = file === '-' ? 'stdin' : file;
  const text = file === '-' ? await textOf(stdin) : await readEditsText(file);
  const stem = path.join(path.dirname(file), path.basename(name).replace(/(\.edits)?\.json$/, ''));
  return { text, edits: parseEdits(text, name, chat), name, stem };
}

/** The edits of a file, or of stdin where it is `-`. @throws InputError for what is wrong with them */
export async function readEdits(file: string, options: Pick<EditsOptions, 'chat'> = {}): Promise<EditsFile> {
  return (await editsInput({ ...options, edits: file })).edits;
}

function ofFact(fact: Omit<Edit, 'id'>): EditsInput {
  const id = uniqueSlugs()(fact.subject);
  const edit = Edit.safeParse({ id, ...fact });
  if (!edit.success) {
    const wrong = complaintsAbout(Edit, { id, ...fact }).map(
      ({ path: at, message }) => `--${OPTIONS[pathName(at)] ?? pathName(at)}: ${message}`,
    );
    throw new InputError(wrong.join('\n'));
  }
  const edits = { edits: [edit.data] };
  return { text: serialiseEdits(edits), edits, name: 'fact', stem: id };
}

/** The options that some fields of an edit come from under another name. */
const OPTIONS: Readonly<Record<string, string>> = { 'target.new': 'target', 'target.true': 'true' };
