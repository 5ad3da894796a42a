import { getLocation } from 'jsonc-parser';
import { Hover, type HoverProvider, l10n, MarkdownString, type Position, type TextDocument } from 'vscode';
import { markdown, markdownBlock } from '../../../text/markdown.ts';
import { visibleToken } from '../../../text/visible.ts';
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
    const read = l10n.t('{0} reads this in {1} tokens:', base.name, shown.length);
    const acts = l10n.t(
      'The edit acts at "{0}", token {1} of the prompt.',
      visibleToken(last.text),
      tokens.indexOf(last),
    );
    const drawn = markdownBlock(shown.map(({ text }) => visibleToken(text)).join('┊'), 'text');
    const hover = new MarkdownString([markdown(read), drawn, markdown(acts)].join('\n\n'));
    return new Hover(hover, rangeOf(document, previousNode));
  }
}
