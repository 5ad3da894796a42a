import * as l10n from '@vscode/l10n';
import type { InspectedEdit, Measurement } from '../../../src/protocol/inspector.ts';
import { likeliest, outcomeOf } from '../../../src/protocol/outcome.ts';
import { shownPrompt } from '../../../src/protocol/promptWords.ts';
import { visibleToken } from '../../../src/text/visible.ts';
import { headlinesOf } from '../locality/headlines.ts';
import { kindName, tabName } from '../names.ts';
import type { ReportSection } from './reportDocument.ts';

/** Headline numbers, generations and probes. Tables hold plain numbers; who prints them chooses the digits. */
export function localitySection(
  measurement: Measurement,
  { measuredWith, otherState }: Pick<InspectedEdit, 'measuredWith' | 'otherState'>,
): ReportSection {
  const { sentence } = outcomeOf(measurement.edit);
  const { probes, generated, asChat, asText } = measurement.edit;
  return {
    title: tabName('locality'),
    blocks: [
      text(l10n.t('Outcome'), otherState === null ? sentence : `${otherState}: ${sentence}`),
      text(l10n.t('Measured'), measuredWith ?? ''),
      {
        type: 'table',
        title: l10n.t('Headline numbers'),
        columns: [
          l10n.t('Measure'),
          l10n.t('Before'),
          l10n.t('After'),
          l10n.t('95 % interval'),
          l10n.t('Cases'),
          l10n.t('Protocol'),
        ],
        rows: headlinesOf(measurement).map(({ name, before, after, interval, cases, protocol }) => [
          name,
          before,
          after,
          interval,
          cases,
          protocol,
        ]),
      },
      text(l10n.t('Generation before'), generated.before),
      text(l10n.t('Generation after'), generated.after),
      ...(asChat === null || asText !== null
        ? []
        : [
            text(l10n.t('Answer as chat before'), asChat.generated.before),
            text(l10n.t('Answer as chat after'), asChat.generated.after),
          ]),
      ...(asText === null
        ? []
        : [
            text(l10n.t('Answer as text before'), asText.generated.before),
            text(l10n.t('Answer as text after'), asText.generated.after),
          ]),
      {
        type: 'table',
        title: l10n.t('Probes'),
        columns: [
          l10n.t('Kind'),
          l10n.t('Prompt'),
          l10n.t('Passed before'),
          l10n.t('Passed after'),
          l10n.t('Likeliest after'),
          l10n.t('Changed'),
          l10n.t('Token before'),
          l10n.t('p before'),
          l10n.t('Token after'),
          l10n.t('p after'),
          l10n.t('NLL new before'),
          l10n.t('NLL new after'),
          l10n.t('NLL true before'),
          l10n.t('NLL true after'),
          l10n.t('Rank new before'),
          l10n.t('Rank new after'),
          l10n.t('Rank true before'),
          l10n.t('Rank true after'),
          'KL',
          l10n.t('Protocol'),
        ],
        rows: probes.map((comparison) => {
          const { probe, before, after, kl, passedBefore, passedAfter, changed, protocol } = comparison;
          return [
            kindName(probe.kind),
            shownPrompt(probe.prompt),
            passedBefore,
            passedAfter,
            likeliest(comparison),
            changed,
            visibleToken(before.top[0]?.token ?? ''),
            before.top[0]?.p ?? null,
            visibleToken(after.top[0]?.token ?? ''),
            after.top[0]?.p ?? null,
            before.new?.nll ?? null,
            after.new?.nll ?? null,
            before.true?.nll ?? null,
            after.true?.nll ?? null,
            before.new?.rank ?? null,
            after.new?.rank ?? null,
            before.true?.rank ?? null,
            after.true?.rank ?? null,
            kl,
            protocol,
          ];
        }),
      },
    ],
  };
}

const text = (title: string, said: string) => ({ type: 'text' as const, title, text: said });
