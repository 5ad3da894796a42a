import { getLocation } from 'jsonc-parser';
import { Hover, type HoverProvider, l10n, MarkdownString, type Position, type TextDocument } from 'vscode';
import type { TokenSpan } from '../../../protocol/tokens.ts';
import type { BaseChecks } from './baseChecks.ts';
import { rangeOf } from './editsDocuments.ts';
import { outlineOf } from './outline.ts';
import { tokensOf } from './tokenBoundary.ts';

/** Shows the tokens that the base reads a subject or a prompt in, and at which of them the edit acts. */
export class TokensHover implements HoverProvider {
  readonly #checks: BaseChecks;

  constructor(checks: BaseChecks) {
    this.#checks = checks;
  }

  async provideHover(document: TextDocument, position: Position): Promise<Hover | undefined> {
    const text = document.getText();
    const { path, previousNode } = getLocation(text, document.offsetAt(position));
    const [list, index, field, ...deeper] = path;
    if (list !== 'edits' || deeper.length > 0 || previousNode?.type !== 'string') return undefined;
    const edit = outlineOf(text).find((candidate) => candidate.index === index);
    const base = this.#checks.ready;
    if (edit === undefined || base === undefined || (field !== 'subject' && field !== 'prompt'))
      return undefined;
    // without an answer there is nothing to show, and an engine that has ended says so itself
    const tokens = await this.#checks.tokens(edit.prompt).catch(() => undefined);
    const ofSubject = tokensOf(edit, tokens ?? []);
    const last = ofSubject.at(-1);
    if (tokens === undefined || last === undefined) return undefined;
    const shown = field === 'subject' ? ofSubject : tokens;
    const hover = new MarkdownString();
    hover.appendText(l10n.t('{0} reads this in {1} tokens:', base.name, shown.length));
    hover.appendCodeblock(shown.map(visible).join('┊'), 'text');
    hover.appendText(
      l10n.t('The edit acts at "{0}", token {1} of the prompt.', visible(last), tokens.indexOf(last)),
    );
    return new Hover(hover, rangeOf(document, previousNode));
  }
}

const visible = ({ text }: TokenSpan): string =>
  text.replaceAll(' ', '·').replaceAll('\n', '⏎').replaceAll('\t', '→');
