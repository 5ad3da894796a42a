import { ThemeColor } from 'vscode';

/** Marks what is on. Contributed by this extension, as the charts' orange can hardly be seen in most themes. */
export const onColor = (): ThemeColor => new ThemeColor('palimpsest.on');
