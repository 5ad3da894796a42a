import { useEffect, useState } from 'preact/hooks';

/** What charts take from VS Code's theme. A canvas does not follow style sheets, so it is read and read again. */
export interface ChartTheme {
  readonly dark: boolean;
  readonly foreground: string;
  readonly muted: string;
  readonly background: string;
  readonly line: string;
  readonly focus: string;
  readonly error: string;
  /** Colours of lines, told apart also by their dashes. */
  readonly series: readonly string[];
  /** Family alone, as CSS. */
  readonly font: string;
  readonly mono: string;
  /** In CSS pixels. */
  readonly fontSize: number;
}

export function readTheme(): ChartTheme {
  const style = getComputedStyle(document.body);
  const read = (name: string, fallback: string) => style.getPropertyValue(name).trim() || fallback;
  const kind = document.body.dataset['vscodeThemeKind'] ?? '';
  const dark = kind === 'vscode-dark' || kind === 'vscode-high-contrast' || kind === '';
  const foreground = read('--vscode-foreground', dark ? '#cccccc' : '#3b3b3b');
  return {
    dark,
    foreground,
    muted: read('--vscode-descriptionForeground', foreground),
    background: read('--vscode-editor-background', dark ? '#1f1f1f' : '#ffffff'),
    line: read('--vscode-contrastBorder', read('--vscode-editorWidget-border', '#80808059')),
    focus: read('--vscode-focusBorder', '#007fd4'),
    error: read('--vscode-errorForeground', '#f48771'),
    series: [
      read('--vscode-charts-yellow', dark ? '#cca700' : '#bf8803'),
      read('--vscode-charts-blue', '#3794ff'),
      read('--vscode-charts-green', '#89d185'),
    ],
    font: read('--vscode-font-family', 'system-ui, sans-serif'),
    mono: read('--vscode-editor-font-family', 'monospace'),
    fontSize: Number.parseFloat(read('--vscode-font-size', '13')) || 13,
  };
}

/** Dark on white, for reports that are read and printed elsewhere. */
export function printTheme(): ChartTheme {
  return {
    dark: false,
    foreground: '#24292f',
    muted: '#57606a',
    background: '#ffffff',
    line: '#d0d7de',
    focus: '#0969da',
    error: '#a40e26',
    series: ['#bc4c00', '#0969da', '#1a7f37'],
    font: 'system-ui, sans-serif',
    mono: 'monospace',
    fontSize: 13,
  };
}

/** The theme now. VS Code changes the root's style and the body's attributes when the user chooses another. */
export function useTheme(): ChartTheme {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const observer = new MutationObserver(() => setTheme(readTheme()));
    observer.observe(document.documentElement, { attributeFilter: ['style', 'class'] });
    observer.observe(document.body, { attributeFilter: ['style', 'class', 'data-vscode-theme-kind'] });
    return () => observer.disconnect();
  }, []);
  return theme;
}
