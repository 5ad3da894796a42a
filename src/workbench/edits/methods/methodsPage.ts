import { l10n } from 'vscode';
import {
  type DescribedMethod,
  describedMethod,
  hyperparameterText,
  rangeText,
} from '../../../protocol/methodDescription.ts';
import { defaultMethod, EVALUATED } from '../../../protocol/methods.ts';
import { markdownTable } from '../../../text/markdown.ts';

/** The editing methods with their hyperparameters and published configurations, as Markdown. */
export function methodsPage(): string {
  return [
    `# ${l10n.t('Editing Methods and Hyperparameters')}`,
    l10n.t(
      'An edit, or an edits file, names its method ("method") and what is not to be as by default ("hyperparameters"). Defaults may depend on the model; a patch keeps what it was computed with.',
    ),
    ...EVALUATED.map((name) => section(describedMethod(name))),
    '',
  ].join('\n\n');
}

function section(method: DescribedMethod): string {
  const { name, title, summary, limits, paper, hyperparameters, presets } = method;
  const mark = name === defaultMethod ? ` (${l10n.t('default')})` : '';
  const sources = presets.map(({ preset, source, otherwise }) => {
    const rest = otherwise === undefined ? '' : ` ${l10n.t('Otherwise there: {0}', otherwise)}`;
    return `- \`${preset}\`: ${source}.${rest}`;
  });
  return [
    `## ${title} (\`${name}\`)${mark}`,
    summary,
    `${l10n.t('Limitations')}: ${limits} ${l10n.t('Source')}: ${paper}.`,
    hyperparameters.length === 0 ? l10n.t('It has no hyperparameters.') : table(method),
    ...(sources.length === 0 ? [] : [sources.join('\n')]),
  ].join('\n\n');
}

function table({ hyperparameters, presets }: DescribedMethod): string {
  return markdownTable(
    [
      { name: l10n.t('Name') },
      { name: l10n.t('Meaning') },
      { name: l10n.t('Unit') },
      { name: l10n.t('Range') },
      { name: '`default`', align: 'right' },
      ...presets.map(({ preset }) => ({ name: `\`${preset}\``, align: 'right' as const })),
      { name: l10n.t('Source of the default') },
    ],
    hyperparameters.map((entry) => [
      `\`${entry.name}\``,
      entry.meaning,
      entry.unit ?? '',
      rangeText(entry),
      hyperparameterText(entry.default),
      ...presets.map(({ values }) => hyperparameterText(values[entry.name] ?? '')),
      entry.source,
    ]),
  );
}
