import { describe, expect, it } from 'vitest';
import { csv } from '../../../src/text/csv.ts';
import { html, htmlLines } from '../../../src/text/html.ts';
import { label, message, paragraphs } from '../../../src/text/labels.ts';
import { markdown, markdownBlock, markdownCode, markdownTable } from '../../../src/text/markdown.ts';
import { sarifText } from '../../../src/text/sarif.ts';
import { quoted, short, visible, visibleLines } from '../../../src/text/visible.ts';
import { ofAll } from './hostile.ts';
import { afterwards, inkless, nodesOf, proseOf, renderers, tagsOf, textOf } from './rendered.ts';

const squeezed = (text: string): string => text.replace(/[ \n]+/g, ' ').trim();

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
        const page = render(around(text));
        const nodes = nodesOf(page);
        expect(tagsOf(nodes).filter((tag) => tag !== 'code')).toEqual(tags);
        expect(squeezed(textOf(nodes)).replace(/^is /, '')).toBe(squeezed(`${visible(text)} end`));
        expect(proseOf(page)).not.toMatch(afterwards);
      });
    });

    it('ends no cell of a table', () => {
      ofAll((text) => {
        const table = markdownTable(
          [{ name: 'a' }, { name: 'b', align: 'right' }],
          [[markdown(text), markdownCode(text)]],
        );
        const page = render(`${table}\n\nend\n`);
        const tags = ['table', 'thead', 'tr', 'th', 'th', 'tbody', 'tr', 'td', 'td', 'p'];
        expect(tagsOf(nodesOf(page)).filter((tag) => tag !== 'code')).toEqual(tags);
        expect(proseOf(page)).not.toMatch(afterwards);
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
      // a link ends in a bracket with an even number of backslashes before it; a placeholder has one brace on each side
      expect(message).not.toMatch(/(?<!\\)(?:\\\\)*\]\(/);
      expect(message.replaceAll('{{', '').replaceAll('}}', '')).not.toMatch(/\{\d+\}/);
      for (const render of Object.values(renderers)) {
        const page = render(message);
        expect(tagsOf(nodesOf(page)).filter((tag) => tag !== 'code')).toEqual(message === '' ? [] : ['p']);
        expect(proseOf(page)).not.toMatch(afterwards);
      }
    });
  });

  it('is no icon, no link and no command in VS Code', () => {
    ofAll((text) => {
      expect(label(text)).not.toMatch(/(?<!\\)\$\(/);
      expect(message(text)).not.toContain('](');
      for (const seen of [label(text), message(text)]) expect(seen).not.toMatch(inkless);
      for (const render of Object.values(renderers)) {
        const hover = render(paragraphs([`to ${text}`, text, 'end']));
        expect(new Set(tagsOf(nodesOf(hover)))).not.toContain('a');
        expect(proseOf(hover)).not.toMatch(afterwards);
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
