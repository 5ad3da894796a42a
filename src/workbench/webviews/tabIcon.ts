import { Uri, type WebviewPanel } from 'vscode';

/** The icon of a page's tab: a picture, which cannot take the theme's colour. */
export function tabIcon(extension: Uri): NonNullable<Exclude<WebviewPanel['iconPath'], Uri>> {
  const icon = (name: string) => Uri.joinPath(extension, 'media', name);
  return { light: icon('page-light.svg'), dark: icon('page-dark.svg') };
}
