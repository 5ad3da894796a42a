import {
  type CancellationToken,
  Location,
  l10n,
  type TestController,
  type TestItem,
  TestMessage,
  type TestRun,
  type TestRunRequest,
} from 'vscode';
import { CancelledError } from '../../../engine/errors.ts';
import { measuredWith } from '../../../protocol/otherState.ts';
import { holds, outcomeOf } from '../../../protocol/outcome.ts';
import type { ProbeComparison } from '../../../protocol/probe.ts';
import { share } from '../../../text/numbers.ts';
import { visible, visibleLines } from '../../../text/visible.ts';
import { sentenceOf } from '../../engine/messages.ts';
import type { Measurement } from '../editEntry.ts';
import type { Edits } from '../edits.ts';
import { type AskedEdit, askedFor } from './askedFor.ts';
import type { TestList } from './testList.ts';
import { numbered } from './testNodes.ts';
import { verdictOf } from './verdict.ts';

/** Runs tests: measures the edits that are asked for, one after the other, and tells how each probe came out. */
export class TestRuns {
  readonly #controller: TestController;
  readonly #list: TestList;
  readonly #edits: Edits;

  constructor(controller: TestController, list: TestList, edits: Edits) {
    this.#controller = controller;
    this.#list = list;
    this.#edits = edits;
  }

  async run(request: TestRunRequest, token: CancellationToken): Promise<void> {
    const run = this.#controller.createTestRun(request);
    const stop = new AbortController();
    const listening = token.onCancellationRequested(() => stop.abort());
    try {
      for (const asked of await this.#asked(request, run)) {
        if (stop.signal.aborted) break;
        await this.#runEdit(asked, run, stop.signal);
      }
    } finally {
      listening.dispose();
      run.end();
    }
  }

  async #asked({ include, exclude }: TestRunRequest, run: TestRun): Promise<AskedEdit<TestItem>[]> {
    await this.#list.find();
    const included = include ?? [...this.#controller.items].map(([, item]) => item);
    for (const item of included)
      if (item.parent === undefined && item.children.size === 0) await this.#list.fill(item);
    const asked = askedFor(included, exclude ?? [], this.#list.isEdit);
    for (const { probes } of asked) for (const probe of probes) run.enqueued(probe);
    return asked;
  }

  async #runEdit({ edit, probes }: AskedEdit<TestItem>, run: TestRun, stop: AbortSignal): Promise<void> {
    for (const probe of probes) run.started(probe);
    run.appendOutput(lines(edit.label), undefined, edit);
    try {
      const measurement = await unless(stop, this.#edits.measure(edit.id, stop));
      report(measurement, edit, probes, run);
      const own = this.#edits.get(edit.id)?.patch ?? '';
      const words = l10n.t('Measured {0}.', measuredWith(measurement.edit.state, own));
      run.appendOutput(lines(`  ${outcomeOf(measurement.edit).sentence}`, `  ${words}`), undefined, edit);
    } catch (error) {
      for (const probe of probes) run.skipped(probe);
      if (error instanceof CancelledError) return;
      const message = new TestMessage(visible(sentenceOf(error)));
      if (edit.uri !== undefined && edit.range !== undefined)
        message.location = new Location(edit.uri, edit.range);
      run.errored(edit, message);
      run.appendOutput(lines(`  ${sentenceOf(error)}`), undefined, edit);
    }
  }
}

/** A model that is loading cannot be stopped by a test, but the test need not wait for it. */
function unless<T>(stop: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(new CancelledError());
    stop.addEventListener('abort', abort);
    work.then(resolve, reject).finally(() => stop.removeEventListener('abort', abort));
  });
}

function report(
  { edit: measured }: Measurement,
  edit: TestItem,
  probes: readonly TestItem[],
  run: TestRun,
): void {
  const number = numbered(edit.id);
  const comparisons = new Map(
    measured.probes.map((comparison) => [number(comparison.probe.kind, comparison.probe.prompt), comparison]),
  );
  for (const probe of probes) {
    const comparison = comparisons.get(probe.id);
    if (comparison === undefined) run.skipped(probe);
    else tell(comparison, probe, run);
  }
  const figures = [
    share(measured.es),
    share(measured.ps),
    share(measured.ns),
    share(measured.score),
  ] as const;
  run.appendOutput(lines(`  ${l10n.t('CounterFact: ES {0}, PS {1}, NS {2}, score {3}', ...figures)}`));
}

function tell(comparison: ProbeComparison, item: TestItem, run: TestRun): void {
  const passes = holds(comparison);
  const { summary, expected, actual } = verdictOf(comparison);
  const mark = passes === null ? '·' : passes ? '✓' : '✗';
  run.appendOutput(lines(`  ${mark} ${item.label}`, `      ${summary}`), undefined, item);
  if (passes === null) run.skipped(item);
  else if (passes) run.passed(item);
  else {
    const message = TestMessage.diff(visible(summary), visibleLines(expected), visibleLines(actual));
    if (item.uri !== undefined && item.range !== undefined)
      message.location = new Location(item.uri, item.range);
    run.failed(item, message);
  }
}

/** Output of a test run goes to a terminal. Control characters of a model's text are no commands to it. */
const lines = (...texts: readonly string[]): string => texts.map((text) => `${visible(text)}\r\n`).join('');
