import {
  CodeAction,
  CodeActionKind,
  type CodeActionProvider,
  l10n,
  type Range,
  type TextDocument,
  WorkspaceEdit,
} from 'vscode';
import type { Prompt } from '../../../protocol/chat.ts';
import type { BaseChecks } from './baseChecks.ts';
import { diagnosticOf, type EditsDiagnostics } from './diagnostics.ts';
import { rangeOf } from './editsDocuments.ts';
import type { Finding } from './findings.ts';
import { type Fix, fixesFor } from './fixes.ts';

/** The remedies for what is found wrong where the cursor is. */
export class QuickFixes implements CodeActionProvider {
  readonly #diagnostics: EditsDiagnostics;
  readonly #checks: BaseChecks;

  constructor(diagnostics: EditsDiagnostics, checks: BaseChecks) {
    this.#diagnostics = diagnostics;
    this.#checks = checks;
  }

  async provideCodeActions(document: TextDocument, range: Range): Promise<CodeAction[]> {
    const { base } = this.#checks.models;
    const context = {
      digest: base?.digest,
      layer: base?.target?.layer,
      // a fix that the engine cannot help with is not offered
      tokens: (prompt: Prompt) => this.#checks.tokens(prompt).catch(() => undefined),
    };
    const here = (await this.#diagnostics.findings(document)).filter(
      (finding) => rangeOf(document, finding).intersection(range) !== undefined,
    );
    const fixes = here.map(async (finding) => {
      const found = await fixesFor(document.getText(), finding, context);
      return found.map((fix) => action(document, finding, fix));
    });
    return (await Promise.all(fixes)).flat();
  }
}

function action(document: TextDocument, finding: Finding, fix: Fix): CodeAction {
  const made = new CodeAction(titleOf(fix), CodeActionKind.QuickFix);
  made.isPreferred = fix.preferred;
  made.diagnostics = [diagnosticOf(rangeOf(document, finding), finding)];
  made.edit = new WorkspaceEdit();
  for (const change of fix.changes) {
    made.edit.replace(document.uri, rangeOf(document, change), change.text);
  }
  return made;
}

function titleOf({ kind, value }: Fix): string {
  switch (kind) {
    case 'use':
      return l10n.t('Use "{0}"', value);
    case 'rename':
      return l10n.t('Rename to "{0}"', value);
    case 'remove':
      return l10n.t('Remove "{0}"', value);
    case 'base-digest':
      return l10n.t('Use the digest of the base model');
    case 'proposed-layer':
      return l10n.t('Use layer {0}, the edit target', value);
    case 'unique-id':
      return l10n.t('Use the id "{0}", which no other edit has', value);
    case 'trim':
      return l10n.t('Remove the trailing space');
    case 'occurrence':
      return l10n.t('Edit occurrence {0} of the subject', value);
    case 'checked':
      return l10n.t('Mark as checked');
  }
}
