import { Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, Uri, workspace } from 'vscode';
import { Disposables } from '../disposables.ts';
import { watchFiles } from '../watchFiles.ts';
import type { KeptReviews } from './keptReviews.ts';
import { type Failure, failureOf, policyState } from './policyState.ts';
import { ruleSpan } from './ruleSpan.ts';

/**
 * Shows on policy files, at the rule that is broken, which candidates fail them. As with other problems, closing the
 * panel settles nothing: they stay until a reviewed file changes or goes, or the policy lets the candidate pass.
 */
export class PolicyDiagnostics extends Disposables {
  readonly #collection = this.add(languages.createDiagnosticCollection('palimpsest.review'));
  readonly #kept: KeptReviews;
  readonly #failures = new Map<string, Failure & { readonly watch: Disposables }>();
  /** Reviews without a panel, which no session judges anew. */
  readonly #left = new Set<string>();

  constructor(kept: KeptReviews) {
    super();
    this.#kept = kept;
    this.add(workspace.onDidSaveTextDocument(({ uri }) => void this.#judgeLeft(uri.fsPath)));
  }

  /** @param review its id @param failure undefined where it passes or has no policy file */
  async set(review: string, failure: Failure | undefined): Promise<void> {
    this.#left.delete(review);
    await this.#replace(review, failure);
  }

  /** The panel of a review was closed: from then on the policy file, when it is saved, is judged by what was kept. */
  leave(review: string): void {
    if (this.#failures.has(review)) this.#left.add(review);
  }

  override dispose(): void {
    for (const { watch } of this.#failures.values()) watch.dispose();
    super.dispose();
  }

  async #judgeLeft(policy: string): Promise<void> {
    for (const id of this.#left) {
      const review = this.#failures.get(id)?.policy === policy ? await this.#kept.load(id) : undefined;
      if (review === undefined) continue;
      const failure = failureOf(review, await policyState(review));
      // it may have been opened again meanwhile
      if (this.#left.has(id)) await this.#replace(id, failure);
    }
  }

  async #replace(review: string, failure: Failure | undefined): Promise<void> {
    const before = this.#failures.get(review);
    before?.watch.dispose();
    if (failure === undefined) this.#failures.delete(review);
    else {
      const watch = watchFiles(failure.files, () => void this.#replace(review, undefined));
      this.#failures.set(review, { ...failure, watch });
    }
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
