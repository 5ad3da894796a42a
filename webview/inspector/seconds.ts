import * as l10n from '@vscode/l10n';

/** How long something took: 24 ms, 1.35 s, 12.0 s. */
export function seconds(value: number): string {
  if (value < 1) return l10n.t('{0} ms', Math.round(value * 1000));
  return l10n.t('{0} s', value.toFixed(value < 10 ? 2 : 1));
}
