import { Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, Uri, workspace } from 'vscode';
import type { Violation } from '../../protocol/review.ts';
import { Disposables } from '../disposables.ts';
import { ruleSpan } from './ruleSpan.ts';

/** What one review has against its candidate, by its policy file. */
export interface Failure {
  readonly policy: string;
  readonly candidate: string;
  readonly violations: readonly Violation[];
}

/** Shows on policy files, at the rule that is broken, which candidates fail them. */
export class PolicyDiagnostics extends Disposables {
  readonly #collection = this.add(languages.createDiagnosticCollection('palimpsest.review'));
  readonly #failures = new Map<string, Failure>();

  /** @param review its id @param failure undefined where it passes, has no policy file, or is closed */
  async set(review: string, failure: Failure | undefined): Promise<void> {
    const before = this.#failures.get(review);
    if (failure === undefined) this.#failures.delete(review);
    else this.#failures.set(review, failure);
    for (const file of new Set([before?.policy, failure?.policy])) {
      if (file !== undefined) await this.#show(file);
    }
  }

  async #show(file: string): Promise<void> {
    const uri = Uri.file(file);
    const failures = [...this.#failures.values()].filter(({ policy }) => policy === file);
    const document = failures.length === 0 ? undefined : await opened(uri);
    if (document === undefined) return this.#collection.delete(uri);
    const diagnostics = failures.flatMap(({ candidate, violations }) =>
      violations.map(({ rule, text }) => {
        const { offset, length } = ruleSpan(document.getText(), rule);
        const range = new Range(document.positionAt(offset), document.positionAt(offset + length));
        const diagnostic = new Diagnostic(range, `${candidate}: ${text}`, DiagnosticSeverity.Error);
        diagnostic.source = 'palimpsest';
        diagnostic.code = rule;
        return diagnostic;
      }),
    );
    this.#collection.set(uri, diagnostics);
  }
}

async function opened(uri: Uri): Promise<TextDocument | undefined> {
  try {
    return await workspace.openTextDocument(uri);
  } catch {
    // it has gone, and what is not there shows no diagnostics
    return undefined;
  }
}
