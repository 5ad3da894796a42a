import { html } from '../../text/html.ts';

export interface PageFiles {
  readonly script: string;
  readonly style: string;
  /** Where the two come from, as a source of a content security policy. */
  readonly source: string;
}

/**
 * The page around a bundled script: nothing loads but that script and that style sheet. No data is written into it;
 * the page asks for them. `csp-nonce` is where the UI toolkit looks for the nonce of its style elements.
 *
 * @param language of the page's text, as a BCP 47 tag
 */
export function pageHtml({ script, style, source }: PageFiles, title: string, language: string): string {
  const random = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(24))));
  // as base64url, which stands in any attribute
  const nonce = random.replaceAll('+', '-').replaceAll('/', '_');
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source} 'nonce-${nonce}'`,
    `font-src ${source}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="${html(language)}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${html(policy)}">
<meta property="csp-nonce" content="${nonce}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${html(title)}</title>
<link rel="stylesheet" href="${html(style)}">
<script type="module" nonce="${nonce}" src="${html(script)}"></script>
</head>
<body><div id="page"></div></body>
</html>`;
}
