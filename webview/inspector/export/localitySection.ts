import { t } from '@vscode/l10n';
import type { Measurement } from '../../../src/protocol/inspector.ts';
import { visibleToken } from '../format.ts';
import { headlinesOf } from '../locality/headlines.ts';
import { kindName, tabName } from '../names.ts';
import type { ReportSection } from './reportDocument.ts';

/** Headline numbers, generations and probes. Tables hold plain numbers; who prints them chooses the digits. */
export function localitySection(measurement: Measurement): ReportSection {
  const { probes, generated } = measurement.edit;
  return {
    title: tabName('locality'),
    blocks: [
      {
        type: 'table',
        title: t('Headline numbers'),
        columns: [t('Measure'), t('Before'), t('After'), t('95 % interval'), t('Cases'), t('Protocol')],
        rows: headlinesOf(measurement).map(({ name, before, after, interval, cases, protocol }) => [
          name,
          before,
          after,
          interval,
          cases,
          protocol,
        ]),
      },
      { type: 'text', title: t('Generation before'), text: generated.before },
      { type: 'text', title: t('Generation after'), text: generated.after },
      {
        type: 'table',
        title: t('Probes'),
        columns: [
          t('Kind'),
          t('Prompt'),
          t('Passed before'),
          t('Passed after'),
          t('Changed'),
          t('Token before'),
          t('p before'),
          t('Token after'),
          t('p after'),
          t('NLL new before'),
          t('NLL new after'),
          t('NLL true before'),
          t('NLL true after'),
          t('Rank new before'),
          t('Rank new after'),
          t('Rank true before'),
          t('Rank true after'),
          'KL',
          t('Protocol'),
        ],
        rows: probes.map(({ probe, before, after, kl, passedBefore, passedAfter, changed, protocol }) => [
          kindName(probe.kind),
          probe.prompt,
          passedBefore,
          passedAfter,
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
        ]),
      },
    ],
  };
}
