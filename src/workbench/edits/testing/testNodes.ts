import type { Prompt } from '../../../protocol/chat.ts';
import type { ReadingKind } from '../../../protocol/probe.ts';
import { shownPrompt } from '../../../protocol/promptWords.ts';
import { visible } from '../../../text/visible.ts';
import { type EditEntry, factOf } from '../editEntry.ts';
import type { Span } from '../language/jsonTree.ts';
import { judgedKinds, type OutlinedEdit } from '../language/outline.ts';

/** An edit, a group of its probes, or a probe, as the Test Explorer lists it. */
export interface TestNode {
  /** The same for the same question, wherever it stands in its file. */
  readonly id: string;
  readonly label: string;
  /** What a probe should be answered with, how many a group holds; empty for an edit. */
  readonly detail: string;
  /** Where it stands; a group stands at the key of its list. */
  readonly span: Span;
  /** Undefined for an edit. */
  readonly kind: ReadingKind | undefined;
  readonly children: readonly TestNode[];
}

/** The tests of a file: an edit each, in it the edit's own prompt, then its other probes by kind. */
export function testNodes(file: EditEntry['file'], edits: readonly OutlinedEdit[]): TestNode[] {
  return edits.map((edit) => {
    const id = `${file.toString()}#${edit.id}`;
    const children = judgedKinds.flatMap((kind) => ofKind(id, kind, edit));
    return { id, label: factOf(edit), detail: '', span: edit, kind: undefined, children };
  });
}

function ofKind(edit: string, kind: ReadingKind, { probes, target, lists }: OutlinedEdit): TestNode[] {
  const own = probes.filter((probe) => probe.kind === kind);
  const number = numbered(edit);
  const children = own.map((probe) => ({
    id: number(kind, probe.prompt),
    label: oneLine(shownPrompt(probe.prompt)),
    detail: describe(kind === 'paraphrase' ? target.new : probe.answer),
    span: probe,
    kind,
    children: [],
  }));
  const span = lists.get(kind);
  if (span === undefined || children.length === 0) return children;
  return [{ id: `${edit}/${kind}`, label: kind, detail: String(own.length), span, kind, children }];
}

/**
 * Names the probes of an edit by what they ask, so that a probe keeps its result when others are written before it; the
 * second of two that ask the same gets a number.
 */
export function numbered(edit: string): (kind: ReadingKind, prompt: Prompt) => string {
  const asked = new Map<string, number>();
  return (kind, prompt) => {
    const name = `${edit}/${kind}/${shownPrompt(prompt)}`;
    const before = asked.get(name) ?? 0;
    asked.set(name, before + 1);
    return before === 0 ? name : `${name}#${before + 1}`;
  };
}

/** What the model should answer; a neighbour without an answer must keep whatever it had. */
const describe = (answer: string | undefined): string =>
  answer === undefined ? '' : visible(`→ ${answer.trim()}`);

const oneLine = (text: string): string => visible(text.trim().replace(/\s*\n\s*/g, ' ⏎ '));
