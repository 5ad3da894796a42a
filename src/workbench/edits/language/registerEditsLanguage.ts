import { CodeActionKind, type Disposable, languages } from 'vscode';
import { Disposables } from '../../disposables.ts';
import type { EngineService } from '../../engine/engineService.ts';
import type { Models } from '../../models/models.ts';
import type { Edits } from '../edits.ts';
import { BaseChecks } from './baseChecks.ts';
import { EditsLenses } from './codeLenses.ts';
import { EditsDiagnostics } from './diagnostics.ts';
import { editsSelector } from './editsDocuments.ts';
import { LayerHelp } from './layerHelp.ts';
import { QuickFixes } from './quickFixes.ts';
import { TokensHover } from './tokensHover.ts';

/**
 * Edits files as a language: findings as one types, remedies, lenses, layers and tokens of the base. Keys and their
 * explanations come from the JSON schema.
 */
export function registerEditsLanguage(parts: {
  readonly engine: EngineService;
  readonly models: Models;
  readonly edits: Edits;
}): Disposable {
  const owned = new Disposables();
  const checks = new BaseChecks(parts.models, parts.engine);
  const diagnostics = owned.add(new EditsDiagnostics(checks, parts.edits.files));
  const lenses = owned.add(new EditsLenses(parts.edits));
  const layers = new LayerHelp(parts.models);
  const kinds = { providedCodeActionKinds: [CodeActionKind.QuickFix] };
  owned.add(languages.registerCodeActionsProvider(editsSelector, new QuickFixes(diagnostics, checks), kinds));
  owned.add(languages.registerCodeLensProvider(editsSelector, lenses));
  owned.add(languages.registerCompletionItemProvider(editsSelector, layers, ' ', ':'));
  owned.add(languages.registerHoverProvider(editsSelector, layers));
  owned.add(languages.registerHoverProvider(editsSelector, new TokensHover(checks)));
  return owned;
}
