import { Diagnostic, DiagnosticSeverity, languages, Range, type TextDocument, Uri, workspace } from 'vscode';
import { Disposables } from '../disposables.ts';
import { watchFiles } from '../watchFiles.ts';
import type { KeptReviews } from './keptReviews.ts';
import { type Judged, judgedOf, policyState } from './policyState.ts';
import { ruleSpan } from './ruleSpan.ts';

/**
 * Shows on policy files, at the rule that is broken, which candidates fail them. As with other problems, closing the
 * panel settles nothing: they stay until a reviewed file changes or goes, and a policy that is saved judges anew.
 */
export class PolicyDiagnostics extends Disposables {
  readonly #collection = this.add(languages.createDiagnosticCollection('palimpsest.review'));
  readonly #kept: KeptReviews;
  readonly #judged = new Map<string, Judged & { readonly watch: Disposables }>();
  /** Reviews without a panel, which no session judges anew. */
  readonly #left = new Set<string>();

  constructor(kept: KeptReviews) {
    super();
    this.#kept = kept;
    this.add(workspace.onDidSaveTextDocument(({ uri }) => void this.#judgeLeft(uri.fsPath)));
  }

  /** @param review its id @param judged undefined where no policy file judges it */
  async set(review: string, judged: Judged | undefined): Promise<void> {
    this.#left.delete(review);
    await this.#replace(review, judged);
  }

  /** The panel of a review was closed: from then on the policy file, when it is saved, is judged by what was kept. */
  leave(review: string): void {
    if (this.#judged.has(review)) this.#left.add(review);
  }

  override dispose(): void {
    for (const { watch } of this.#judged.values()) watch.dispose();
    super.dispose();
  }

  async #judgeLeft(policy: string): Promise<void> {
    for (const id of this.#left) {
      const review = this.#judged.get(id)?.policy === policy ? await this.#kept.load(id) : undefined;
      if (review === undefined) continue;
      const judged = judgedOf(review, await policyState(review));
      // it may have been opened again meanwhile, or its files have changed
      if (this.#left.has(id) && this.#judged.has(id)) await this.#replace(id, judged);
    }
  }

  async #replace(review: string, judged: Judged | undefined): Promise<void> {
    const before = this.#judged.get(review);
    before?.watch.dispose();
    if (judged === undefined) this.#judged.delete(review);
    else {
      const watch = watchFiles(judged.files, () => void this.#replace(review, undefined));
      this.#judged.set(review, { ...judged, watch });
    }
    for (const file of new Set([before?.policy, judged?.policy])) {
      if (file !== undefined) await this.#show(file);
    }
  }

  async #show(file: string): Promise<void> {
    const uri = Uri.file(file);
    const judged = [...this.#judged.values()].filter(({ policy }) => policy === file);
    const document = judged.every(({ violations }) => violations.length === 0)
      ? undefined
      : await opened(uri);
    if (document === undefined) return this.#collection.delete(uri);
    const diagnostics = judged.flatMap(({ candidate, violations }) =>
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
