import { describe, expect, it } from 'vitest';
import { csvOf } from '../../../webview/inspector/export/csv.ts';
import { htmlOf } from '../../../webview/inspector/export/html.ts';
import { localitySection } from '../../../webview/inspector/export/localitySection.ts';
import { markdownOf } from '../../../webview/inspector/export/markdown.ts';
import type { ReportDocument } from '../../../webview/inspector/export/reportDocument.ts';
import { eiffel } from './eiffel.ts';

const document: ReportDocument = {
  title: 'Tower: A → B',
  facts: [['Model', 'a_b.gguf']],
  sections: [
    {
      title: 'Locality',
      blocks: [
        { type: 'text', title: 'Generation', text: 'one | <b>two</b>\n# three' },
        {
          type: 'table',
          title: 'Probes',
          columns: ['Prompt', 'KL', 'Passed'],
          rows: [
            ['a|b', 0.123456789, true],
            ['=HYPERLINK("x")', null, false],
          ],
        },
        { type: 'picture', title: 'Map', width: 10, height: 20, paint: () => {} },
      ],
    },
  ],
};

describe('Markdown', () => {
  it('aligns numbers, and lets no text become markup', () => {
    const text = markdownOf(document);
    expect(text).toContain('| Prompt | KL | Passed |\n| --- | ---: | --- |\n| `a\\|b` | 0.123 | yes |');
    expect(text).toContain('> one `|` `<b>two</b>`\n> `#` three');
    expect(text).toContain('Model: `a_b.gguf`');
  });

  it('says how many rows it leaves to the CSV', () => {
    const rows = Array.from({ length: 2003 }, (_, row) => [row]);
    const table = { type: 'table' as const, title: 'T', columns: ['n'], rows };
    const text = markdownOf({ ...document, sections: [{ title: 'S', blocks: [table] }] });
    expect(text).toContain('| 1999 |');
    expect(text).not.toContain('| 2000 |');
    expect(text).toContain('3 more rows are in the CSV export.');
  });
});

describe('a measurement of another state', () => {
  const outcomeIn = (otherState: string | null) =>
    csvOf({
      ...document,
      sections: [localitySection(eiffel.measurement, { measuredWith: 'alone at 1', otherState })],
    }).split('\r\n')[0];

  it('is exported behind the word that it is one', () => {
    expect(outcomeIn(null)).toMatch(/^Outcome,"Works: Rome/);
    const otherState = 'measured alone at 1, now .5 with 2 others';
    expect(outcomeIn(otherState)).toContain(`${otherState}: Works: Rome`);
  });
});

describe('CSV', () => {
  it('has all digits, quotes what needs it, and disarms formulas', () => {
    expect(csvOf(document)).toBe(
      [
        'Generation,one | <b>two</b>\\n# three\r\n',
        'Prompt,KL,Passed\r\na|b,0.123456789,true\r\n"\'=HYPERLINK(""x"")",,false\r\n',
      ].join('\r\n'),
    );
  });
});

describe('HTML', () => {
  it('needs nothing else, runs nothing, and escapes what it was given', async () => {
    const html = await htmlOf(
      { ...document, title: '<script>alert(1)</script>' },
      async () => 'data:image/png;base64,AA',
    );
    expect(html).not.toContain('<script');
    expect(html).not.toContain('<b>two');
    expect(html).toContain('&#60;b&#62;two');
    expect(html).toContain('<img src="data:image/png;base64,AA" width="10" height="20" alt="Map">');
    expect(html).toContain('<td class="number">0.123</td>');
    expect(html.match(/(?:src|href)="(?!data:)/g)).toBeNull();
  });
});
