import { Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, Uri, workspace } from 'vscode';
import { Disposables } from '../../disposables.ts';
import type { EditsFiles, ReadEditsFile } from '../editsFiles.ts';
import { LinePlaces } from '../linePlaces.ts';
import type { BaseChecks } from './baseChecks.ts';
import { isEditsDocument, rangeOf } from './editsDocuments.ts';
import type { Finding } from './findings.ts';

/** How long a person must have stopped typing, in milliseconds. */
const pause = 250;

const severities = {
  error: DiagnosticSeverity.Error,
  warning: DiagnosticSeverity.Warning,
  hint: DiagnosticSeverity.Hint,
} as const;

/** What was found in one version of a document. */
interface Checked {
  readonly version: number;
  readonly findings: readonly Finding[];
}

/**
 * Keeps the findings of edits files. Of open ones: those of the form at once, those of the base when it has answered. Of
 * the others those that need no loaded model, as they lie on the disk.
 */
export class EditsDiagnostics extends Disposables {
  readonly #collection = this.add(languages.createDiagnosticCollection('palimpsest.edits'));
  readonly #checks: BaseChecks;
  readonly #files: EditsFiles;
  readonly #closed = new Map<string, ReadEditsFile>();
  readonly #waiting = new Map<string, AbortController>();
  readonly #checked = new Map<string, Checked>();
  #base = '';

  constructor(checks: BaseChecks, files: EditsFiles) {
    super();
    this.#checks = checks;
    this.#files = files;
    this.add(workspace.onDidOpenTextDocument((document) => this.#check(document, 0)));
    this.add(workspace.onDidChangeTextDocument(({ document }) => this.#check(document, pause)));
    this.add(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
    this.add(files.onDidChange(() => this.#checkClosed()));
    this.add(checks.models.onDidChange(() => this.#checkAllForOtherBase()));
    this.#checkAll();
  }

  /** What is known of a document as it is now. */
  async findings(document: TextDocument): Promise<readonly Finding[]> {
    const checked = this.#checked.get(document.uri.toString());
    if (checked?.version === document.version) return checked.findings;
    const { findingsOf } = await import('./findings.ts');
    return findingsOf(document.getText());
  }

  override dispose(): void {
    for (const controller of this.#waiting.values()) controller.abort();
    super.dispose();
  }

  #checkAll(): void {
    for (const document of workspace.textDocuments) this.#check(document, 0);
  }

  #checkAllForOtherBase(): void {
    const { ready, models } = this.#checks;
    const base = JSON.stringify([models.base?.path, models.base?.targets?.length, ready?.digest]);
    if (base === this.#base) return;
    this.#base = base;
    this.#closed.clear();
    this.#checkAll();
    this.#checkClosed();
  }

  /** Checks a document after a while, unless it is changed again before. */
  #check(document: TextDocument, after: number): void {
    if (!isEditsDocument(document)) return;
    const key = document.uri.toString();
    this.#waiting.get(key)?.abort();
    const controller = new AbortController();
    this.#waiting.set(key, controller);
    const { signal } = controller;
    const timer = setTimeout(() => void this.#run(document, signal), after);
    signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  }

  async #run(document: TextDocument, signal: AbortSignal): Promise<void> {
    const { findingsOf, findingsWith, together } = await import('./findings.ts');
    if (signal.aborted) return;
    const text = document.getText();
    const ofForm = together(findingsOf(text), findingsWith(text, await this.#checks.ofHeader(text)));
    if (signal.aborted) return;
    this.#show(document, ofForm);
    try {
      const ofBase = findingsWith(text, await this.#checks.problems(text, signal));
      if (!signal.aborted && ofBase.length > 0) this.#show(document, together(ofForm, ofBase));
    } catch {
      // cancelled by the next keystroke, or the engine has ended, which has a message of its own
    }
  }

  #show(document: TextDocument, findings: readonly Finding[]): void {
    this.#checked.set(document.uri.toString(), { version: document.version, findings });
    this.#collection.set(
      document.uri,
      findings.map((finding) => diagnosticOf(rangeOf(document, finding), finding)),
    );
  }

  #forget(document: TextDocument): void {
    const key = document.uri.toString();
    this.#waiting.get(key)?.abort();
    this.#waiting.delete(key);
    this.#checked.delete(key);
    this.#collection.delete(document.uri);
    this.#closed.delete(key);
    this.#checkClosed();
  }

  /** Files that nobody has opened, each once for every version of it. */
  #checkClosed(): void {
    const open = new Set(workspace.textDocuments.map(({ uri }) => uri.toString()));
    const known = this.#files.known();
    const there = new Set(known.map(({ uri }) => uri.toString()));
    for (const key of this.#closed.keys()) {
      if (open.has(key)) this.#closed.delete(key);
      else if (!there.has(key)) {
        this.#closed.delete(key);
        this.#collection.delete(Uri.parse(key));
      }
    }
    for (const file of known) {
      const key = file.uri.toString();
      if (open.has(key) || this.#closed.get(key) === file) continue;
      this.#closed.set(key, file);
      void this.#checkFile(file);
    }
  }

  async #checkFile(file: ReadEditsFile): Promise<void> {
    const { uri } = file;
    try {
      const text = new TextDecoder().decode(await workspace.fs.readFile(uri));
      const { findingsOf, findingsWith, together } = await import('./findings.ts');
      const findings = together(findingsOf(text), findingsWith(text, await this.#checks.ofHeader(text)));
      // it may have been opened or changed meanwhile
      if (this.#closed.get(uri.toString()) !== file) return;
      const places = new LinePlaces(text);
      const all = findings.map((finding) => diagnosticOf(placed(places, finding), finding));
      this.#collection.set(uri, all);
    } catch {
      // a file that cannot be read says so in the list of edits
    }
  }
}

function placed(places: LinePlaces, { offset, length }: Finding): Range {
  const [from, to] = [places.at(offset), places.at(offset + length)];
  return new Range(from.line, from.column, to.line, to.column);
}

export function diagnosticOf(range: Range, finding: Finding): Diagnostic {
  const diagnostic = new Diagnostic(range, finding.message, severities[finding.severity]);
  diagnostic.source = 'palimpsest';
  diagnostic.code = finding.kind;
  return diagnostic;
}
