import { expect, test } from 'vitest';
import { pageHtml } from '../../../src/workbench/webviews/pageHtml.ts';

const files = { script: 'https://host/header.js', style: 'https://host/header.css', source: 'https://host' };
const nonceOf = (html: string) => /script-src &#39;nonce-([\w-]+)&#39;/.exec(html)?.[1];

test('nothing loads but the page’s own script and style sheet', () => {
  const html = pageHtml(files, 'GGUF', 'en');
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  const nonce = nonceOf(html);
  expect(policy?.replaceAll('&#39;', "'").split('; ')).toEqual([
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src https://host 'nonce-${nonce}'`,
    'font-src https://host',
  ]);
  expect(html).toContain(`<meta property="csp-nonce" content="${nonce}">`);
  expect(html).toContain(`<script type="module" nonce="${nonce}" src="https://host/header.js"></script>`);
  expect(html).not.toContain('unsafe');
});

test('every page has a nonce of its own, too long to guess', () => {
  const nonces = Array.from({ length: 50 }, () => nonceOf(pageHtml(files, 'GGUF', 'en')) ?? '');
  expect(new Set(nonces).size).toBe(50);
  for (const nonce of nonces) expect(nonce).toMatch(/^[\w-]{32}$/);
});

test('a file’s name cannot become markup', () => {
  const html = pageHtml(files, '</title><script>alert(1)</script>.gguf', 'en"><script>');
  expect(html.match(/<script/g)).toHaveLength(1);
  expect(html).toContain('<title>&#60;/title&#62;&#60;script&#62;alert(1)');
});
