import type { Prompt } from '../../../protocol/chat.ts';
import type { EditProblem } from '../../../protocol/checks.ts';
import type { EditTarget } from '../../../protocol/editableLayers.ts';
import type { Edit } from '../../../protocol/edits.ts';
import { quoted } from '../../../text/visible.ts';
import { type ChatModel, conversationText } from '../../chat/conversation.ts';
import { promptTokens, targetTokens } from '../../inspection/targetTokens.ts';
import { locate } from '../keys/lookup.ts';
import { checkLayers } from './checkLayers.ts';
import { promptsOf, promptWarnings } from './promptWarnings.ts';
import type { SoundEdits } from './soundEdits.ts';
import { specialTexts } from './specialTexts.ts';
import { TemplateFaults } from './templateFaults.ts';

/** What edits are checked against: a model that need not be loaded. */
export interface CheckedModel extends ChatModel {
  readonly name: string;
  /** Undefined where nobody asked for it. */
  readonly digest: string | undefined;
  readonly targets: readonly EditTarget[];
  readonly contextLength: number;
}

type Path = EditProblem['path'];

/** What a model has against edits whose form is right. */
export function checkEdits(file: SoundEdits, model: CheckedModel): EditProblem[] {
  return [
    ...checkDigest(file, model),
    ...checkLayers(file, model.targets),
    ...promptWarnings(file, specialTexts(model.tokenizer)),
    ...checkPrompts(file, model),
  ];
}

/** What can be told of edits once their prompts are read; where a prompt cannot be, that alone. */
function checkPrompts({ edits }: SoundEdits, model: CheckedModel): EditProblem[] {
  const faults = new TemplateFaults(model);
  return [...edits].flatMap(([index, edit]): EditProblem[] => {
    const path = ['edits', index];
    const wrong = promptsOf(edit, path)
      .flatMap(({ path: at, prompt }) => faults.of(prompt, at))
      .slice(0, 1);
    return wrong.length > 0 ? wrong : checkEdit(edit, path, model);
  });
}

function checkDigest({ model: wanted }: SoundEdits, { digest, name }: CheckedModel): EditProblem[] {
  if (wanted?.digest === undefined || digest === undefined || wanted.digest === digest) return [];
  const other = wanted.name ?? wanted.digest.slice(0, 19);
  return [
    {
      path: ['model', 'digest'],
      kind: 'digest',
      severity: 'error',
      message: `These edits were made for another model (${other}) than ${name}.`,
    },
  ];
}

function checkEdit(edit: Edit, path: Path, model: CheckedModel): EditProblem[] {
  return [
    ...checkBoundary(edit, [...path, 'subject'], model),
    ...checkFirstToken(edit, [...path, 'target', 'new'], model),
    ...checkLengths(edit, path, model),
  ];
}

function checkBoundary(edit: Edit, path: Path, model: CheckedModel): EditProblem[] {
  const { tokens, lookup, atBoundary } = locate(model, edit);
  if (atBoundary) return [];
  const token = quoted(model.tokenizer.piece(tokens[lookup] ?? model.tokenizer.bos));
  const message = `The subject ends inside the token ${token} (number ${lookup} of the prompt); the edit acts at that whole token.`;
  return [{ path, kind: 'token-boundary', severity: 'warning', message }];
}

function checkFirstToken({ prompt, target, space }: Edit, path: Path, model: CheckedModel): EditProblem[] {
  if (target.true === undefined) return [];
  const [first = 0] = targetTokens(model, prompt, target.new, space);
  if (targetTokens(model, prompt, target.true, space)[0] !== first) return [];
  const message = `Both targets begin with the token ${quoted(model.tokenizer.piece(first))}, so ranks and probabilities of the first token cannot tell them apart.`;
  return [{ path, kind: 'same-first-token', severity: 'warning', message }];
}

/** No text has more tokens than bytes, so that only long ones need be tokenised. */
function checkLengths(edit: Edit, path: Path, model: CheckedModel): EditProblem[] {
  const { contextLength } = model;
  const longest = [edit.target.new, edit.target.true ?? ''].reduce((a, b) => (b.length > a.length ? b : a));
  const asked = [
    { path: [...path, 'prompt'], prompt: edit.prompt, target: longest },
    ...Object.entries(edit.probes ?? {}).flatMap(([kind, probes]) =>
      (probes ?? []).map((probe: { prompt: Prompt; target?: string | undefined }, index) => ({
        path: [...path, 'probes', kind, index, 'prompt'],
        prompt: probe.prompt,
        target: probe.target ?? longest,
      })),
    ),
  ];
  return asked.flatMap(({ path: at, prompt, target }): EditProblem[] => {
    const text = typeof prompt === 'string' ? prompt : conversationText(model, prompt);
    if (Buffer.byteLength(text) + Buffer.byteLength(target) + 2 <= contextLength) return [];
    const tokens =
      promptTokens(model, prompt).length + targetTokens(model, prompt, target, edit.space).length;
    if (tokens <= contextLength) return [];
    const message = `The prompt has ${tokens} tokens with its target, but the model's context holds ${contextLength}.`;
    return [{ path: at, kind: 'context-length', severity: 'error', message }];
  });
}
