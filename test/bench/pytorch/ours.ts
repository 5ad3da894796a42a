import { importFile } from '../../../src/engine/datasets/index.ts';
import { hyperparametersFor } from '../../../src/engine/editing/hyperparameters/modelDefaults.ts';
import { layerCovariance } from '../../../src/engine/editing/keys/covarianceCache.ts';
import { EditSession } from '../../../src/engine/editing/session/session.ts';
import { Model } from '../../../src/engine/llama/model.ts';
import type { Method } from '../../../src/protocol/edits.ts';
import { smollm2 } from '../../models/models.ts';
import { Measurer } from '../quality/measureEach.ts';
import { type Row, rowOf } from '../quality/row.ts';
import { median, timed } from '../statistics.ts';

export const layer = 3;
export const records = 'test/bench/facts-smollm2.json';

export interface OursOptions {
  readonly threads: number;
  readonly facts: number;
  readonly method: Method;
  readonly cacheFolder: string;
}

/** One side of the comparison, with what it took. */
export interface Side {
  readonly before: Row;
  readonly after: Row;
  /** In seconds: median, least and most of an edit, loading, and the layer's covariance. */
  readonly edit: { readonly median: number; readonly least: number; readonly most: number };
  readonly loading: number;
  readonly covariance: number;
  /** Of the whole process, in bytes. */
  readonly peakMemory: number;
}

/** In a process of its own: loads the model, computes the covariance, edits and measures each fact alone. */
export async function oursHere({ threads, facts, method, cacheFolder }: OursOptions): Promise<void> {
  const loaded = await timed(() => Model.load(smollm2()));
  using model = loaded.result;
  using session = await EditSession.open(model, threads);
  const { file } = await importFile('counterfact', records);
  using measurer = new Measurer(session, { edits: file.edits.slice(0, facts) }, false);
  const hyperparameters = hyperparametersFor(session.files);
  const covariance = await timed(() => layerCovariance(session, layer, hyperparameters, { cacheFolder }));
  const measured = await measurer.each({ method, layer, cacheFolder }, () => {});
  const seconds = measured.map((edit) => edit.seconds);
  const side: Side = {
    before: rowOf('before', measured, 'before'),
    after: rowOf(method, measured, 'after'),
    edit: spread(seconds),
    loading: loaded.milliseconds / 1000,
    covariance: covariance.milliseconds / 1000,
    peakMemory: process.resourceUsage().maxRSS * 1024,
  };
  process.send?.(side);
}

export const spread = (seconds: readonly number[]): Side['edit'] => ({
  median: median(seconds),
  least: Math.min(...seconds),
  most: Math.max(...seconds),
});
