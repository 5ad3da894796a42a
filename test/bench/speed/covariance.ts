import { defaults } from '../../../src/engine/editing/hyperparameters/hyperparameters.ts';
import { defaultLayer } from '../../../src/engine/editing/hyperparameters/modelDefaults.ts';
import { keysOfOwnText } from '../../../src/engine/editing/keys/keyText.ts';
import { CovarianceAccumulator } from '../../../src/engine/editing/session/covariance.ts';
import type { EditSession } from '../../../src/engine/editing/session/session.ts';
import { timed } from '../statistics.ts';
import type { Figure } from './figure.ts';

/**
 * The covariance of one layer from the model's own samples. The products are timed by themselves on as many made-up
 * keys; what else sampling with keys takes is the sampling.
 */
export async function covarianceFigures(session: EditSession, times: number): Promise<Figure[]> {
  const { layer } = defaultLayer(session.files);
  const name = `blk.${layer}.ffn_down.weight`;
  const width = session.files.header.tensors.find((tensor) => tensor.name === name)?.ne[0] ?? 0;
  const samples: { whole: number; sampling: number; products: number; factoring: number }[] = [];
  let count = 0;
  for (let i = 0; i < times; i++) {
    const gathering = await timed(() => keysOfOwnText(session, [layer], defaults.samples * width));
    const keys = gathering.result.get(layer);
    if (keys === undefined) throw new Error(`no keys of layer ${layer} were seen`);
    count = keys.samples;
    const factoring = await timed(() => keys.finish(defaults.ridge));
    const products = await timed(() => multiplyMadeUp(session, width, count));
    samples.push({
      whole: gathering.milliseconds + factoring.milliseconds,
      sampling: gathering.milliseconds - products.milliseconds,
      products: products.milliseconds,
      factoring: factoring.milliseconds,
    });
  }
  const figure = (
    what: string,
    read: (sample: (typeof samples)[number]) => number,
    most?: number,
  ): Figure => ({
    what,
    unit: 's',
    values: samples.map((sample) => read(sample) / 1000),
    ...(most !== undefined && { aim: { of: 'value', most } }),
  });
  return [
    figure(`covariance of layer ${layer} (${count} keys of width ${width})`, ({ whole }) => whole, 60),
    figure('  sampling text, reading keys', ({ sampling }) => sampling),
    figure('  products', ({ products }) => products),
    figure('  factoring, conditioning', ({ factoring }) => factoring),
  ];
}

async function multiplyMadeUp(session: EditSession, width: number, count: number): Promise<void> {
  const accumulator = new CovarianceAccumulator(session.devices, width);
  const rows = 32;
  const keys = Float32Array.from({ length: rows * width }, (_, i) => Math.sin(i));
  for (let done = 0; done < count; done += rows) await accumulator.add(keys);
}
