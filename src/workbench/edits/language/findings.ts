import { findNodeAtLocation, getNodeValue, type JSONPath, type Node } from 'jsonc-parser';
import { problemsOf } from '../../../engine/editing/editsFile/editsFile.ts';
import { promptWarnings } from '../../../engine/editing/editsFile/promptWarnings.ts';
import { soundEdits } from '../../../engine/editing/editsFile/soundEdits.ts';
import { pathName } from '../../../engine/json/json.ts';
import type { EditProblem } from '../../../protocol/checks.ts';
import { maxLength, readTree, type Span } from './jsonTree.ts';

/** What is wrong with, or worth a look in, the text of an edits file, and where. */
export interface Finding extends Span {
  readonly path: JSONPath;
  readonly severity: 'error' | 'warning' | 'hint';
  /** `form`: what the schema and its rules ask for; `proposed`: a probe that nobody has checked; else as in `checkEdits`. */
  readonly kind: 'form' | 'proposed' | EditProblem['kind'];
  readonly message: string;
  readonly onKey?: boolean;
  readonly suggestion?: string;
}

const tooLong: Finding = {
  path: [],
  offset: 0,
  length: 1,
  severity: 'warning',
  kind: 'form',
  message: `The file is larger than ${maxLength >> 20} MB and is not checked as one types; palimpsest check says what is wrong with it.`,
};

/** What can be said without a model. A text that is no JSON gives nothing: VS Code says itself what is wrong there. */
export function findingsOf(text: string): Finding[] {
  if (text.length > maxLength) return [tooLong];
  const { root, isJson } = readTree(text);
  if (!isJson || root === undefined) return [];
  const wrong = problemsOf(text).map((problem): Finding => {
    const { offset, length } = problem.onKey ? problem : spanAt(root, problem.path);
    return { ...problem, offset, length, message: worded(problem), severity: 'error', kind: 'form' };
  });
  const warnings = promptWarnings(soundEdits(getNodeValue(root)));
  return [...wrong, ...proposedProbes(root), ...placed(root, warnings)];
}

/** What a model has against the edits, at its places in the text. */
export function findingsWith(text: string, problems: readonly EditProblem[]): Finding[] {
  const { root } = readTree(text);
  if (root === undefined) return [];
  return placed(root, problems);
}

const placed = (root: Node, problems: readonly EditProblem[]): Finding[] =>
  problems.map((problem) => ({ ...problem, ...spanAt(root, problem.path) }));

/** What is found without and with a model; of what both say, the model's words, since it knows more. */
export function together(ofForm: readonly Finding[], ofBase: readonly Finding[]): Finding[] {
  const key = ({ path, kind }: Finding) => JSON.stringify([path, kind]);
  const said = new Set(ofBase.map(key));
  return [...ofForm.filter((finding) => !said.has(key(finding))), ...ofBase];
}

/** What a problem is about stands before its words, as on the command line. */
function worded({ path, message }: { readonly path: JSONPath; readonly message: string }): string {
  const name = pathName(
    path.slice(
      Math.max(
        0,
        path.findLastIndex((step) => typeof step === 'string'),
      ),
    ),
  );
  return name === '' ? `The file ${message}` : `${name}: ${message}`;
}

function proposedProbes(root: Node): Finding[] {
  const edits = findNodeAtLocation(root, ['edits'])?.children ?? [];
  return edits.flatMap((edit, index) =>
    (['paraphrase', 'neighbourhood'] as const).flatMap((kind) => {
      const probes = findNodeAtLocation(edit, ['probes', kind])?.children ?? [];
      return probes.flatMap((probe, place): Finding[] => {
        if (findNodeAtLocation(probe, ['proposed'])?.value !== true) return [];
        const path = ['edits', index, 'probes', kind, place, 'proposed'];
        const message = "Proposed from the model's own knowledge; nobody has checked it yet.";
        const { offset, length } = probe;
        return [{ path, offset, length, message, severity: 'hint', kind: 'proposed' }];
      });
    }),
  );
}

/** The value at a path or, where it is absent, the nearest around it. */
function spanAt(root: Node, path: JSONPath): Span {
  for (let end = path.length; end > 0; end--) {
    const node = findNodeAtLocation(root, path.slice(0, end));
    if (node !== undefined) return shortened(node, node.type);
  }
  return shortened(root, root.type);
}

/** Of an object or a list only the bracket that opens it: nobody reads under forty waved lines. */
function shortened({ offset, length }: Span, type: Node['type'] = 'object'): Span {
  return { offset, length: type === 'object' || type === 'array' ? Math.min(1, length) : length };
}
