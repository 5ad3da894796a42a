import type { Verified } from '../protocol/provenance.ts';
import { short, visible } from '../text/visible.ts';

type Pair = readonly [name: string, value: string];
type Entries = Readonly<Record<string, unknown>>;

/** Lines of one predicate that are shown, and characters of each. */
const limit = 60;
const maxLength = 200;

/**
 * What an attestation says, in lines: of a CycloneDX record the model, what it was made from and the properties that
 * `record` writes; of any other the values that are no lists.
 */
export function predicatePairs({ value }: NonNullable<Verified['predicate']>): Pair[] {
  const pairs = value['bomFormat'] === 'CycloneDX' ? recordPairs(value) : leaves('', value);
  const shown = pairs
    .slice(0, limit)
    .map(([name, text]): Pair => [visible(name), short(visible(text), maxLength)]);
  return pairs.length > limit ? [...shown, ['…', `${pairs.length - limit} more; see --json`]] : shown;
}

function recordPairs(bom: Entries): Pair[] {
  const metadata = entriesOf(bom['metadata']);
  const component = entriesOf(metadata['component']);
  const others = listOf(bom['components']).map((one): Pair => [textOf(one['type']), textOf(one['name'])]);
  const properties = [...listOf(component['properties']), ...listOf(bom['properties'])].map(
    (one): Pair => [textOf(one['name']).replace(/^palimpsest:/, ''), textOf(one['value'])],
  );
  return [
    ['record', `CycloneDX ${textOf(bom['specVersion'])}, ${textOf(metadata['timestamp'])}`],
    ['model', textOf(component['name'])],
    ...others,
    ...properties,
  ];
}

function leaves(prefix: string, value: Entries): Pair[] {
  return Object.entries(value).flatMap(([key, inner]): Pair[] => {
    const name = prefix === '' ? key : `${prefix}.${key}`;
    if (Array.isArray(inner)) return [[name, `${inner.length} items`]];
    if (typeof inner === 'object' && inner !== null) return leaves(name, entriesOf(inner));
    return [[name, String(inner)]];
  });
}

const entriesOf = (value: unknown): Entries =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
const listOf = (value: unknown): Entries[] => (Array.isArray(value) ? value.map(entriesOf) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');
