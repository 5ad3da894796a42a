import { Diagnostic, DiagnosticSeverity, languages, type TextDocument, workspace } from 'vscode';
import { Disposables } from '../../disposables.ts';
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

/** Keeps the findings of open edits files: those of the form at once, those of the base when it has answered. */
export class EditsDiagnostics extends Disposables {
  readonly #collection = this.add(languages.createDiagnosticCollection('palimpsest.edits'));
  readonly #checks: BaseChecks;
  readonly #waiting = new Map<string, AbortController>();
  readonly #checked = new Map<string, Checked>();
  #base = '';

  constructor(checks: BaseChecks) {
    super();
    this.#checks = checks;
    this.add(workspace.onDidOpenTextDocument((document) => this.#check(document, 0)));
    this.add(workspace.onDidChangeTextDocument(({ document }) => this.#check(document, pause)));
    this.add(workspace.onDidCloseTextDocument((document) => this.#forget(document)));
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
    this.#checkAll();
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
      findings.map((finding) => diagnosticOf(document, finding)),
    );
  }

  #forget(document: TextDocument): void {
    const key = document.uri.toString();
    this.#waiting.get(key)?.abort();
    this.#waiting.delete(key);
    this.#checked.delete(key);
    this.#collection.delete(document.uri);
  }
}

export function diagnosticOf(document: TextDocument, finding: Finding): Diagnostic {
  const diagnostic = new Diagnostic(
    rangeOf(document, finding),
    finding.message,
    severities[finding.severity],
  );
  diagnostic.source = 'palimpsest';
  diagnostic.code = finding.kind;
  return diagnostic;
}
