import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { type DefaultTreeAdapterTypes, parseFragment } from 'parse5';
import { describe, expect, it } from 'vitest';
import { csv } from '../../../src/text/csv.ts';
import { html, htmlLines } from '../../../src/text/html.ts';
import { markdown, markdownBlock, markdownCode, markdownTable } from '../../../src/text/markdown.ts';
import { sarifText } from '../../../src/text/sarif.ts';
import { quoted, short, visible, visibleLines } from '../../../src/text/visible.ts';
import { hostileText, payloads } from './hostile.ts';

/** As GitHub reads Markdown, tags let through; and as an editor's preview does, which finds links in bare names. */
const editor = new MarkdownIt({ html: true, linkify: true });
const renderers: Readonly<Record<string, (source: string) => string>> = {
  github: (source) =>
    micromark(source, { allowDangerousHtml: true, extensions: [gfm()], htmlExtensions: [gfmHtml()] }),
  editor: (source) => editor.render(source),
};

/** What a reader must be able to see: nothing without ink is left but spaces, and breaks where they are asked for. */
const inkless = /[\p{Cc}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\u00a0\u00ad\u061c\u115f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\u{e0000}-\u{e0fff}]/u;

/** What GitHub makes of rendered text outside of code: mentions, issues, commits, emoji, mathematics. */
const afterwards = /[@#$]|\bGH-\d|\b[A-Z]+-\d|\b[0-9a-f]{7,40}\b|:\w+:|:\/\/|\bwww\./i;

type Node = DefaultTreeAdapterTypes.ChildNode;

const nodesOf = (source: string): Node[] => parseFragment(source).childNodes.flatMap(within);
const within = (node: Node): Node[] =>
  'childNodes' in node ? [node, ...node.childNodes.flatMap(within)] : [node];
const tagsOf = (nodes: readonly Node[]): string[] =>
  nodes.flatMap((node) => ('tagName' in node ? [node.tagName] : []));
const textOf = (nodes: readonly Node[]): string =>
  nodes.map((node) => ('value' in node ? node.value : '')).join('');
const proseOf = (node: Node): string =>
  'tagName' in node && node.tagName === 'code'
    ? ' '
    : 'value' in node
      ? node.value
      : 'childNodes' in node
        ? node.childNodes.map(proseOf).join('')
        : '';
const squeezed = (text: string): string => text.replace(/[ \n]+/g, ' ').trim();

const ofAll = (property: (text: string) => void): void => {
  for (const payload of payloads) property(payload);
  fc.assert(fc.property(hostileText, property), { numRuns: 1000 });
};

describe('text that a file or a model says', () => {
  it('is seen as it is: nothing in it is without ink', () => {
    ofAll((text) => {
      for (const seen of [visible(text), short(text, 12), quoted(text)]) expect(seen).not.toMatch(inkless);
      expect(visibleLines(text).replaceAll('\n', '')).not.toMatch(inkless);
      expect([...short(text, 12)].length).toBeLessThanOrEqual(12);
    });
  });

  it('is nothing but text in HTML, between tags and in attributes', () => {
    ofAll((text) => {
      const nodes = nodesOf(`<p title="${html(text)}">${html(text)}</p><pre>\n${htmlLines(text)}</pre>`);
      expect(tagsOf(nodes)).toEqual(['p', 'pre']);
      expect(nodes.map(({ nodeName }) => nodeName)).not.toContain('#comment');
      const [paragraph] = nodes;
      expect(paragraph).toMatchObject({ attrs: [{ name: 'title', value: visible(text) }] });
      expect(textOf(nodes)).toBe(visible(text) + visibleLines(text));
    });
  });

  describe.each(Object.entries(renderers))('in Markdown (%s)', (_, render) => {
    const placed: readonly [place: string, around: (text: string) => string, tags: readonly string[]][] = [
      ['a line', (text) => `${markdown(text)} end`, ['p']],
      ['an item', (text) => `- ${markdown(text)} end`, ['ul', 'li']],
      ['a quote', (text) => `> ${markdown(text)} end`, ['blockquote', 'p']],
      ['a heading', (text) => `## ${markdown(text)} end`, ['h2']],
      ['a code span', (text) => `is ${markdownCode(text)} end`, ['p']],
    ];
    it.each(placed)('is words and code in %s', (_place, around, tags) => {
      ofAll((text) => {
        const nodes = nodesOf(render(around(text)));
        expect(tagsOf(nodes).filter((tag) => tag !== 'code')).toEqual(tags);
        expect(squeezed(textOf(nodes)).replace(/^is /, '')).toBe(squeezed(`${visible(text)} end`));
        expect(parseFragment(render(around(text))).childNodes.map(proseOf).join('')).not.toMatch(afterwards);
      });
    });

    it('ends no cell of a table', () => {
      ofAll((text) => {
        const table = markdownTable(
          [{ name: 'a' }, { name: 'b', align: 'right' }],
          [[markdown(text), markdownCode(text)]],
        );
        const nodes = nodesOf(render(`${table}\n\nend\n`));
        const tags = ['table', 'thead', 'tr', 'th', 'th', 'tbody', 'tr', 'td', 'td', 'p'];
        expect(tagsOf(nodes).filter((tag) => tag !== 'code')).toEqual(tags);
        expect(parseFragment(render(table)).childNodes.map(proseOf).join('')).not.toMatch(afterwards);
      });
    });

    it('ends no block of code', () => {
      ofAll((text) => {
        const nodes = nodesOf(render(`${markdownBlock(text, 'diff')}\n\nend\n`));
        expect(tagsOf(nodes)).toEqual(['pre', 'code', 'p']);
        expect(textOf(nodes)).toContain(visibleLines(text).replace(/\n$/, ''));
      });
    });
  });

  it('holds no embedded link and no placeholder in SARIF, and is words and code where that is shown as Markdown', () => {
    ofAll((text) => {
      const message = sarifText(text);
      // 3.11.6: a bracket opens a link unless an odd number of backslashes stands before it
      expect(message).not.toMatch(/(?<!\\)(?:\\\\)*[[\]]/);
      expect(message.replaceAll('{{', '').replaceAll('}}', '')).not.toMatch(/[{}]/);
      for (const render of Object.values(renderers)) {
        expect(tagsOf(nodesOf(render(message))).filter((tag) => tag !== 'code')).toEqual(
          message === '' ? [] : ['p'],
        );
        expect(parseFragment(render(message)).childNodes.map(proseOf).join('')).not.toMatch(afterwards);
      }
    });
  });

  it('is one cell of CSV and no formula', () => {
    ofAll((text) => {
      const written = csv([[text, 1]]);
      expect(written.replace(/\r\n$/, '')).not.toMatch(inkless);
      const [, quotedCell, bare = ''] = /^(?:"((?:[^"]|"")*)"|([^",;]*)),1\r\n$/.exec(written) ?? [];
      const cell = quotedCell?.replaceAll('""', '"') ?? bare;
      expect(cell).not.toMatch(/^\s*[=+\-@＝＋－＠]/);
      expect([visible(text), `'${visible(text)}`]).toContain(cell);
    });
  });
});
