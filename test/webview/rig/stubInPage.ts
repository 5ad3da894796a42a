import type { Theme } from './themes.ts';
import { themeValues } from './themes.ts';

declare global {
  interface Window {
    toHost(message: unknown): Promise<void>;
  }
}

/** Runs in the page before anything else: gives it what VS Code gives, and the theme. */
export function stubInPage({ kind, variables, css }: ReturnType<typeof stubFor>): void {
  const stateKey = 'state';
  Object.assign(window, {
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => void window.toHost(message),
      getState: () => JSON.parse(sessionStorage.getItem(stateKey) ?? 'null') ?? undefined,
      setState: (state: unknown) => sessionStorage.setItem(stateKey, JSON.stringify(state)),
    }),
  });
  const defaults = new CSSStyleSheet();
  defaults.replaceSync(css);
  const dress = () => {
    const { documentElement: root, body } = document;
    if (root !== null && root.style.length === 0) {
      for (const [name, value] of Object.entries(variables)) root.style.setProperty(name, value);
      document.adoptedStyleSheets.push(defaults);
    }
    if (body === null) return;
    observer.disconnect();
    body.className = kind;
    body.dataset['vscodeThemeKind'] = kind;
  };
  const observer = new MutationObserver(dress);
  observer.observe(document, { childList: true, subtree: true });
}

/** The part of VS Code's own style sheet for webviews that pages must live with. */
const css = `@layer vscode-default {
  html { scrollbar-color: var(--vscode-scrollbarSlider-background) var(--vscode-editor-background); }
  body { overscroll-behavior-x: none; background-color: transparent; color: var(--vscode-editor-foreground);
    font-family: var(--vscode-font-family); font-weight: var(--vscode-font-weight); font-size: var(--vscode-font-size);
    margin: 0; padding: 0 20px; }
  a, a code { color: var(--vscode-textLink-foreground); }
  code { font-family: var(--monaco-monospace-font); color: var(--vscode-textPreformat-foreground);
    background-color: var(--vscode-textPreformat-background); padding: 1px 3px; border-radius: 4px; }
  pre code { padding: 0; }
}`;

/** What `stubInPage` is given. */
export function stubFor(theme: Theme) {
  return { ...themeValues[theme], css };
}
