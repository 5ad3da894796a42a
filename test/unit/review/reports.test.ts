import type { Log } from 'sarif';
import { describe, expect, it } from 'vitest';
import { reviewText } from '../../../src/cli/reviewText.ts';
import { Style } from '../../../src/cli/style.ts';
import { processTerminal } from '../../../src/cli/terminal.ts';
import { plainFinding } from '../../../src/engine/review/findings.ts';
import { htmlReport } from '../../../src/engine/review/reports/html.ts';
import { markdownReport } from '../../../src/engine/review/reports/markdown.ts';
import { sarifReport } from '../../../src/engine/review/reports/sarif.ts';
import { Reviewed } from '../../../src/protocol/review.ts';
import { ofAll } from '../text/hostile.ts';
import { afterwards, inkless, nodesOf, proseOf, renderers, tagsOf } from '../text/rendered.ts';
import { reviewed, rewrittenRow } from './reviewed.ts';

const withoutCode = (tags: readonly string[]) => tags.filter((tag) => tag !== 'code');
const terminal = processTerminal({ write: () => true }, { write: () => true }, {});

describe('reports', () => {
  it('are made of what the schema describes', () => {
    expect(Reviewed.parse(reviewed())).toEqual(reviewed());
  });

  it('say verdict, subject, object, reversal and policy in every form for people', () => {
    const review = reviewed();
    for (const text of [
      markdownReport(review),
      htmlReport(review),
      reviewText(review, new Style(terminal)),
    ]) {
      for (const word of [
        'edited',
        'Eiffel Tower',
        'Rome',
        'Paris',
        '100 %',
        'blk.2.ffn_down.weight',
        'It was edited.',
      ]) {
        expect(text).toContain(word);
      }
      expect(text).toMatch(/policy failed|Policy: fail/i);
    }
  });

  it('list the rows that were rewritten, by number and token', () => {
    const found = { ...reviewed(), findings: [rewrittenRow()] };
    for (const text of [markdownReport(found), htmlReport(found), reviewText(found, new Style(terminal))]) {
      expect(text).toMatch(/row 7, Paris.*0\.800/);
    }
  });

  it('show every line of what differs in a template, whatever it holds', () => {
    const review = reviewed();
    const lines = Array.from({ length: 300 }, (_, index) => [
      `-line ${index} \`\`\`\` </pre>`,
      `+row ${index}`,
    ]).flat();
    const finding = { ...plainFinding('chat-template', 'It differs.', 'tokenizer.chat_template') };
    const found = { ...review, findings: [{ ...finding, detail: lines.join('\n') }] };
    const sarif: Log = JSON.parse(sarifReport(found));
    const texts = {
      text: reviewText(found, new Style(terminal)),
      markdown: markdownReport(found),
      html: htmlReport(found),
      sarif: sarif.runs[0]?.results?.[0]?.message.text ?? '',
      json: JSON.stringify(found),
    };
    for (const text of Object.values(texts)) {
      for (const index of [0, 150, 299]) {
        expect(text).toContain(`-line ${index} \`\`\`\``);
        expect(text).toContain(`+row ${index}`);
      }
    }
    expect(texts.html).not.toContain('` </pre>');
    // nothing in the lines closes their fence
    expect(texts.markdown.match(/^`{5}(diff)?$/gm)).toEqual(['`````diff', '`````']);
  });

  it('let no text of a file become more than text', () => {
    const saying = (text: string) => {
      const review = reviewed(text);
      const template = plainFinding('chat-template', text, 'tokenizer.chat_template');
      const detail = `-a\n+${text.replaceAll('\n', '')}`;
      return { ...review, findings: [...review.findings, rewrittenRow(text), { ...template, detail }] };
    };
    const html = tagsOf(nodesOf(htmlReport(saying(''))));
    const markdown = Object.values(renderers).map(
      (render) => [render, withoutCode(tagsOf(nodesOf(render(markdownReport(saying(''))))))] as const,
    );
    ofAll((text) => {
      const review = saying(text);
      const page = htmlReport(review);
      expect(tagsOf(nodesOf(page))).toEqual(html);
      expect(page).toContain("default-src 'none'");
      const comment = markdownReport(review);
      for (const [render, tags] of markdown) {
        const shown = render(comment);
        expect(withoutCode(tagsOf(nodesOf(shown)))).toEqual(tags);
        expect(proseOf(shown)).not.toMatch(afterwards);
      }
      for (const seen of [page, comment, reviewText(review, new Style(terminal))]) {
        expect(seen.replaceAll('\n', '')).not.toMatch(inkless);
      }
    }, 20);
  }, 60_000);

  it('give code scanning a rule for every result', () => {
    const log: Log = JSON.parse(sarifReport(reviewed()));
    const [run] = log.runs;
    const rules = run?.tool.driver.rules?.map(({ id }) => id) ?? [];
    expect(log.version).toBe('2.1.0');
    expect(run?.results?.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['edit', 'error'],
      ['policy/allow', 'error'],
    ]);
    for (const { ruleId = '' } of run?.results ?? []) expect(rules).toContain(ruleId);
  });

  it('name a file of the repository by its place there', () => {
    const uriOf = (path: string) => {
      const log: Log = JSON.parse(sarifReport({ ...reviewed(), candidate: { path, bytes: 1 } }));
      return log.runs[0]?.results?.[0]?.locations?.[0]?.physicalLocation?.artifactLocation?.uri;
    };
    expect(uriOf(`${process.cwd()}/models/a b.gguf`)).toBe('models/a%20b.gguf');
    expect(uriOf('/elsewhere/a.gguf')).toBe('file:///elsewhere/a.gguf');
  });

  it('draw spectra without noise and tables without findings', () => {
    const review = reviewed();
    const quiet = {
      ...review,
      findings: [],
      tensors: review.tensors.map((tensor) => ({ ...tensor, edge: 0 })),
    };
    expect(htmlReport(quiet)).not.toMatch(/NaN|Infinity|undefined/);
    expect(markdownReport({ ...quiet, behaviour: null, reversal: null, policy: null })).not.toMatch(
      /NaN|undefined/,
    );
  });
});
