import { t } from '@vscode/l10n';
import type { ActivationComparison } from '../../../src/protocol/activations.ts';
import type { LensComparison } from '../../../src/protocol/engine.ts';
import type { InspectedEdit, Measurement } from '../../../src/protocol/inspector.ts';
import { STREAMS } from '../../../src/protocol/streams.ts';
import type { LineChart } from '../../charts/lineChart.ts';
import { paintLines } from '../../charts/lineChart.ts';
import { cellValues } from '../activations/activationMaps.ts';
import { factsOf, hyperparametersOf, stepCharts, stepsOf, timesOf } from '../edit/editFacts.ts';
import { visibleToken } from '../format.ts';
import { lensChart } from '../lens/lensChart.ts';
import { cellsOf, followed, overtakingLayer } from '../lens/overtaking.ts';
import { headlinesOf } from '../locality/headlines.ts';
import { kindName, streamName, tabName } from '../names.ts';
import type { Answer } from '../try/answer.ts';
import type { ReportPicture, ReportSection } from './reportDocument.ts';

/** The tabs as sections of a document. Tables hold plain numbers; who prints them chooses the digits. */

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

export function activationsSection(
  comparison: ActivationComparison,
  prompt: string,
  pictures: readonly ReportPicture[],
): ReportSection {
  const { tokens, layers } = comparison;
  const rows = STREAMS.flatMap((stream) =>
    tokens.flatMap(({ text }, column) =>
      Array.from({ length: layers }, (_, row) => {
        const { before, after, difference, distance } = cellValues(comparison, stream, { row, column });
        return [streamName(stream), column, visibleToken(text), row, before, after, difference, distance];
      }),
    ),
  );
  return {
    title: tabName('activations'),
    blocks: [
      { type: 'text', title: t('Prompt'), text: prompt },
      ...pictures,
      {
        type: 'table',
        title: t('Norms'),
        columns: [
          t('Stream'),
          t('Position'),
          t('Token'),
          t('Layer'),
          t('Before'),
          t('After'),
          t('Difference'),
          t('Distance'),
        ],
        rows,
      },
    ],
  };
}

export function lensSection(
  lens: LensComparison,
  edit: InspectedEdit | null,
  prompt: string,
  changed: boolean,
): ReportSection {
  const [before, after] = [cellsOf(lens.before), cellsOf(lens.after)];
  const position = lens.before.positions[0] ?? 0;
  const overtaken = changed ? overtakingLayer(lens.after) : null;
  const tokens = (cell: (typeof before)[number] | undefined) =>
    (cell?.top ?? []).map(({ token, p }) => `${visibleToken(token)} ${p.toFixed(3)}`).join(', ');
  const chart = edit === null ? null : lensChart(lens, edit, changed);
  return {
    title: tabName('lens'),
    blocks: [
      { type: 'text', title: t('Prompt'), text: prompt },
      {
        type: 'text',
        title: t('Read at'),
        text: t('token {0}: {1}', position, visibleToken(lens.before.tokens[position]?.text ?? '')),
      },
      ...(overtaken === null
        ? []
        : [
            { type: 'text' as const, title: t('The new answer overtakes in layer'), text: String(overtaken) },
          ]),
      ...(chart === null || chart.lines.length === 0 ? [] : [picture(t('Log probability by layer'), chart)]),
      {
        type: 'table',
        title: t('Likeliest tokens by layer'),
        columns: [
          t('Layer'),
          t('Before'),
          t('After'),
          t('Rank new before'),
          t('Rank new after'),
          t('Rank true before'),
          t('Rank true after'),
        ],
        rows: before.map((cell, layer) => {
          const now = after[layer];
          const [was, is] = [followed(cell), now && followed(now)];
          return [
            layer,
            tokens(cell),
            tokens(now),
            was.new?.rank ?? null,
            is?.new?.rank ?? null,
            was.true?.rank ?? null,
            is?.true?.rank ?? null,
          ];
        }),
      },
    ],
  };
}

export function editSection(edit: InspectedEdit): ReportSection {
  const { report, made } = edit;
  const update = report ?? made;
  const steps = stepsOf(edit);
  const charts = stepCharts(steps);
  const facts = (title: string, list: ReturnType<typeof factsOf>) => ({
    type: 'table' as const,
    title,
    columns: [t('What'), t('Value')],
    rows: list.map(({ name, value }) => [name, value]),
  });
  return {
    title: tabName('edit'),
    blocks: [
      picture(t('Loss by step'), charts.loss),
      picture('‖δ‖ / ‖v₀‖', charts.norm),
      ...(update === null
        ? []
        : [
            facts(t('The update'), factsOf(update)),
            {
              type: 'table' as const,
              title: t('Keys of the neighbours'),
              columns: [t('Neighbour'), t('Token'), t('Cosine'), t('Response')],
              rows: (update.keySimilarity ?? []).map(({ prompt, token, cosine, response }) => [
                prompt,
                visibleToken(token),
                cosine,
                response,
              ]),
            },
          ]),
      ...(report === null
        ? []
        : [facts(t('Hyperparameters'), hyperparametersOf(report)), facts(t('Time'), timesOf(report))]),
      {
        type: 'table',
        title: t('Steps'),
        columns: [t('Step'), t('NLL'), 'KL', '‖δ‖ / ‖v₀‖', t('Milliseconds')],
        rows: steps.map(({ step, nll, kl, relativeNorm, milliseconds }) => [
          step,
          nll,
          kl,
          relativeNorm,
          milliseconds ?? null,
        ]),
      },
    ],
  };
}

export function trySection({ prompt, before, after }: Answer): ReportSection {
  return {
    title: tabName('try'),
    blocks: [
      { type: 'text', title: t('Prompt'), text: prompt },
      { type: 'text', title: t('Without the edit'), text: before ?? '' },
      { type: 'text', title: t('With the edit'), text: after ?? '' },
    ],
  };
}

function picture(title: string, chart: LineChart): ReportPicture {
  const size = { width: 720, height: 260 };
  const paint: ReportPicture['paint'] = (context, theme) => {
    const key = { x: 60, height: 22 };
    let { x } = key;
    context.font = `${theme.fontSize - 1}px ${theme.font}`;
    context.textBaseline = 'middle';
    for (const { name, series, dashed } of chart.lines) {
      context.strokeStyle = theme.series[series % theme.series.length] ?? theme.foreground;
      context.lineWidth = 2;
      context.setLineDash(dashed ? [5, 3] : []);
      context.beginPath();
      context.moveTo(x, key.height / 2);
      context.lineTo(x + 22, key.height / 2);
      context.stroke();
      context.setLineDash([]);
      context.fillStyle = theme.foreground;
      context.textAlign = 'left';
      context.fillText(name, x + 28, key.height / 2);
      x += context.measureText(name).width + 48;
    }
    context.translate(0, key.height);
    paintLines(context, chart, { width: size.width, height: size.height - key.height }, theme);
    context.translate(0, -key.height);
  };
  return { type: 'picture', title, ...size, paint };
}
