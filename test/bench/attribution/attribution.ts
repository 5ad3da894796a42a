import { importFile } from '../../../src/engine/datasets/index.ts';
import { Engine } from '../../../src/engine/engine.ts';
import { mean } from '../../../src/engine/numeric/mean.ts';
import type { CausalTrace } from '../../../src/protocol/causalTrace.ts';
import type { GradientAttribution } from '../../../src/protocol/gradientAttribution.ts';
import type { STREAMS } from '../../../src/protocol/streams.ts';
import { type SubjectName, subjects } from '../quality/quality.ts';
import { type Found, keep, printed } from '../record.ts';
import { timed } from '../statistics.ts';
import { rankCorrelation } from './rankCorrelation.ts';

interface Options {
  readonly threads: number;
  readonly record?: true | undefined;
}

/** A causal trace of SmolLM2 takes a minute on one core. */
const amount = { almanac: { facts: 20, samples: 4 }, smollm2: { facts: 4, samples: 2 } };
/** Layers by which the strongest state may be off and still be the same place. */
const near = 1;

type Effects = CausalTrace['indirect'];
type Cell = { readonly layer: number; readonly token: number };

/** How far attribution by gradients agrees with a causal trace of the same facts by the same noise, and what each takes. */
export async function attribution(
  names: readonly SubjectName[],
  { threads, record }: Options,
): Promise<void> {
  const rows: Found['rows'][number][] = [];
  for (const name of names) {
    const { model, records, title } = subjects[name];
    const { facts, samples } = amount[name];
    const { file } = await importFile('counterfact', records);
    using engine = new Engine({ threads });
    const compared: Record<'product' | 'patching', Compared[]> = { product: [], patching: [] };
    for (const { prompt, subject, occurrence } of file.edits.slice(0, facts)) {
      const asked = { model: model(), prompt, subject, occurrence };
      const trace = await timed(() => engine.trace({ ...asked, samples, window: 1 }));
      const product = await timed(() => engine.attribute({ model: model(), prompt }));
      const patching = await timed(() => engine.attribute({ ...asked, samples }));
      compared.product.push(compare(trace, product));
      compared.patching.push(compare(trace, patching));
      process.stderr.write(`${name}: ${compared.product.length} of ${facts}\n`);
    }
    const of = (what: 'product' | 'patching') => {
      const average = (key: keyof Compared) => mean(compared[what].map((one) => one[key]));
      return {
        residual: average('residual'),
        mlp: average('mlp'),
        attention: average('attention'),
        place: average('place'),
        seconds: average('seconds'),
        trace: average('trace'),
        n: facts,
      };
    };
    rows.push(
      { key: `${name}-product`, title: `${title}: gradient · activation`, cells: of('product') },
      { key: `${name}-patching`, title: `${title}: attribution patching`, cells: of('patching') },
    );
  }
  const found: Found = {
    name: 'attribution',
    title: 'Attribution by gradients beside causal traces of the same facts by the same noise',
    columns: [
      { key: 'residual', title: 'rank correlation, residual', digits: 3 },
      { key: 'mlp', title: 'MLP', digits: 3 },
      { key: 'attention', title: 'attention', digits: 3 },
      { key: 'place', title: 'strongest MLP of the subject within a layer', digits: 2 },
      { key: 'seconds', title: 'seconds', digits: 1 },
      { key: 'trace', title: 'of the trace', digits: 1 },
      { key: 'n', title: 'facts' },
    ],
    rows,
  };
  process.stdout.write(`\n${printed(found)}\n`);
  if (record) await keep(found, 'bench');
}

interface Compared extends Record<(typeof STREAMS)[number], number> {
  readonly place: number;
  readonly seconds: number;
  readonly trace: number;
}

type Timed<T> = { readonly milliseconds: number; readonly result: T };

function compare(trace: Timed<CausalTrace>, attributed: Timed<GradientAttribution>): Compared {
  const { subject, indirect } = trace.result;
  const effects = attributed.result.attributed;
  const correlation = (stream: keyof Effects) =>
    rankCorrelation(
      indirect[stream].flatMap((row) => row.slice(subject.first)),
      effects[stream].flatMap((row) => row.slice(subject.first)),
    );
  const [found, wanted] = [strongest(effects.mlp, subject), strongest(indirect.mlp, subject)];
  return {
    residual: correlation('residual'),
    mlp: correlation('mlp'),
    attention: correlation('attention'),
    place: Math.abs(found.layer - wanted.layer) <= near && found.token === wanted.token ? 1 : 0,
    seconds: attributed.milliseconds / 1000,
    trace: trace.milliseconds / 1000,
  };
}

/** At the last token of the prompt every late state carries the answer already; the subject's tokens say where it is read. */
function strongest(effects: readonly (readonly number[])[], { first, last }: CausalTrace['subject']): Cell {
  const cells = effects.flatMap((row, layer) =>
    row.slice(first, last + 1).map((effect, at) => ({ layer, token: first + at, effect })),
  );
  return cells.reduce((most, cell) => (cell.effect > most.effect ? cell : most));
}
