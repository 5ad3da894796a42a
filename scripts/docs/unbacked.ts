import { withoutPlaces } from './render.ts';

/** What reads like a measured figure: .921, 83 %, 4 s, 58 MB, 14.8 times, 3 of 70, 0.0065. */
const figures = [
  /(?<![\w.–-])\.\d+/,
  /(?<![\w.])\d[\d,.]* ?%/,
  /(?<![\w.])\d[\d,.]* (?:ms|s|seconds?|minutes?|hours?|kB|KB|MB|GB|MB\/s|GB\/s)\b/,
  /(?<![\w.])\d[\d,.]* times\b/,
  /(?<![\w.])\d[\d,.]* (?:out )?of (?:the |its )?\d[\d,]*\b/,
  /(?<![\w.§]|(?:Node|torch|arXiv) )(?!\d{4}\.\d{5})\d+\.\d{2,}(?!\w|\.\d)/,
];
const figure = new RegExp(figures.map(({ source }) => `(?:${source})`).join('|'), 'g');

/**
 * Figures that a document states outside of what is filled in from `bench/results`. Code is passed over: what is typed or
 * set is not measured.
 */
export function unbacked(text: string): string[] {
  const prose = withoutPlaces(text)
    .replaceAll(/^```.*?^```$/gms, '')
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(/<!--.*?-->/gs, '')
    .replaceAll(/\]\([^)]*\)/g, ']');
  return prose
    .split('\n')
    .flatMap((line) =>
      [...line.matchAll(figure)].map(([found]) => `${found.trim()}: ${line.trim().slice(0, 100)}`),
    );
}
