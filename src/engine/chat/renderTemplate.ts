import { types } from 'node:util';
import vm from 'node:vm';
import { Template } from '@huggingface/jinja';
import type { Turn } from '../../protocol/chat.ts';
import { InputError } from '../errors.ts';
import { tagsOf, wrongTag } from './templateTags.ts';

/** What a template is rendered with. */
export interface TemplateInput {
  readonly messages: readonly Turn[];
  /** The texts of the model's special tokens, which templates write themselves. */
  readonly bos: string;
  readonly eos: string;
  /** Whether the text ends where the assistant begins to speak. */
  readonly addGenerationPrompt: boolean;
}

/** In milliseconds; templates come from untrusted files and may loop. */
const timeLimit = 1000;

/**
 * Renders a chat template (Jinja, as in GGUF metadata) with the values that llama.cpp's server gives it.
 *
 * @throws InputError with the line, where the template is wrong, refuses the conversation, or does not end
 */
export function renderTemplate(template: string, input: TemplateInput): string {
  try {
    return inTime(() => render(template, input));
  } catch (error) {
    throw new InputError(`${where(template, input)} ${reasonOf(error)}`, { cause: error });
  }
}

function render(
  template: string,
  input: TemplateInput,
  more: Readonly<Record<string, unknown>> = {},
): string {
  return parse(template).render({
    messages: input.messages.map((turn) => ({ ...turn })),
    bos_token: input.bos,
    eos_token: input.eos,
    add_generation_prompt: input.addGenerationPrompt,
    enable_thinking: true,
    ...more,
  });
}

let last: { readonly text: string; readonly template: Template } | undefined;

/** One conversation after the other is rendered with the same template. */
function parse(text: string): Template {
  if (last?.text !== text) last = { text, template: new Template(text) };
  return last.template;
}

const script = new vm.Script('work()');
const room: { work?: () => unknown } = {};
vm.createContext(room);

/** What Node can stop in the middle: code that runs below a script with a time limit. */
function inTime<T>(work: () => T): T {
  room.work = work;
  return script.runInContext(room, { timeout: timeLimit }) as T;
}

/** The template's place and line, found by rendering it again with a mark before every tag. */
function where(template: string, input: TemplateInput): string {
  const wrong = wrongTag(template);
  if (wrong !== undefined) return `The chat template is wrong at line ${wrong}:`;
  let line: number | undefined;
  const mark = (at: number) => {
    line = at;
    return '';
  };
  try {
    inTime(() => render(marked(template), input, { palimpsest_line: mark }));
  } catch {
    // the same failure, now with a line
  }
  return line === undefined ? 'The chat template is wrong:' : `The chat template fails at line ${line}:`;
}

/** The template with a call before every tag that says its line. */
function marked(template: string): string {
  let result = '';
  let from = 0;
  for (const { start, line } of tagsOf(template)) {
    result += `${template.slice(from, start)}{{ palimpsest_line(${line}) }}`;
    from = start;
  }
  return result + template.slice(from);
}

function reasonOf(error: unknown): string {
  // a script that is stopped throws an error of its own context
  const code = types.isNativeError(error) && 'code' in error ? error.code : undefined;
  if (code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return `it does not end within ${timeLimit / 1000} s.`;
  const message = types.isNativeError(error) ? error.message : String(error);
  const [first = ''] = message.replace(/^Parser Error: /, '').split('\n');
  return `${first.slice(0, 300).replace(/\.$/, '')}.`;
}
