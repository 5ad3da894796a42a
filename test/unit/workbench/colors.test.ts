import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import * as z from 'zod';

/** What is on can be seen in every theme that comes with VS Code. */

const hex = z.string().regex(/^#[0-9A-F]{6}$/);
const Manifest = z.object({
  contributes: z.object({
    colors: z.array(
      z.object({
        id: z.string(),
        defaults: z.object({ dark: hex, light: hex, highContrast: hex, highContrastLight: hex }),
      }),
    ),
  }),
});
const file = path.resolve(import.meta.dirname, '../../../package.json');
const { colors } = Manifest.parse(JSON.parse(readFileSync(file, 'utf8'))).contributes;

/** `sideBar.background` of themes of VS Code 1.139, with what it falls back to. */
const themes = [
  ['Dark 2026', 'dark', '#191A1B'],
  ['Light 2026', 'light', '#FAFAFD'],
  ['Dark Modern', 'dark', '#181818'],
  ['Light Modern', 'light', '#F8F8F8'],
  ['Dark+', 'dark', '#252526'],
  ['Light+', 'light', '#F3F3F3'],
  ['High Contrast', 'highContrast', '#000000'],
  ['High Contrast Light', 'highContrastLight', '#FFFFFF'],
  ['Monokai', 'dark', '#1E1F1C'],
  ['Monokai Dimmed', 'dark', '#272727'],
  ['Solarized Dark', 'dark', '#00212B'],
  ['Solarized Light', 'light', '#EEE8D5'],
  ['Abyss', 'dark', '#060621'],
  ['Kimbie Dark', 'dark', '#362712'],
  ['Quiet Light', 'light', '#F2F2F2'],
  ['Red', 'dark', '#330000'],
  ['Tomorrow Night Blue', 'dark', '#001C40'],
] as const;

/** WCAG 2.2, relative luminance. */
function luminance(color: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(color.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

it.each(themes)('%s: the colour of what is on has the contrast of text', (_, kind, background) => {
  expect(colors.map(({ id }) => id)).toContain('palimpsest.on');
  for (const { defaults } of colors) {
    expect(contrast(defaults[kind], background)).toBeGreaterThanOrEqual(4.5);
  }
});
