import themes from './themes.json' with { type: 'json' };

/** The themes that pages are tested in, with what VS Code says of each to a webview; `npm run build:themes` writes it. */
export const THEMES = [
  ...(['dark', 'light', 'highContrast', 'highContrastLight'] as const),
  ...(['darkPlus', 'lightPlus', 'monokai', 'solarized'] as const),
];
export type Theme = (typeof THEMES)[number];

interface ThemeValues {
  /** The class of the body and its `data-vscode-theme-kind`. */
  readonly kind: string;
  /** The `--vscode-*` variables of the root. */
  readonly variables: Readonly<Record<string, string>>;
}

export const themeValues: Readonly<Record<Theme, ThemeValues>> = themes;
