import { METHODS, methodEntry } from '../src/protocol/methods.ts';

/** What of `package.json` and `package.nls.json` follows from the registry of methods: the setting that chooses one. */

const setting = 'palimpsest.edits.method';
const label = (name: string) => `setting.method.${name}`;

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Record<string, Setting> } };
}
type Setting = { enum?: string[]; enumDescriptions?: string[] };

/** The manifest with every method to choose; "" is the engine's own default. */
export function withMethods<M extends Manifest>(manifest: M): M {
  const { contributes } = manifest;
  const { properties } = contributes.configuration;
  const method = {
    ...properties[setting],
    enum: ['', ...METHODS],
    enumDescriptions: ['default', ...METHODS].map((name) => `%${label(name)}%`),
  };
  const configuration = { ...contributes.configuration, properties: { ...properties, [setting]: method } };
  return { ...manifest, contributes: { ...contributes, configuration } };
}

/** The manifest's texts with a description of every method, where the first of them stood. */
export function withDescriptions(texts: Readonly<Record<string, string>>): Record<string, string> {
  const isOurs = (key: string) => key.startsWith(label('')) && key !== label('default');
  const ours = METHODS.map((name) => [label(name), methodEntry(name).summary] as const);
  return Object.fromEntries(
    Object.entries(texts).flatMap((entry) =>
      entry[0] === label('default') ? [entry, ...ours] : isOurs(entry[0]) ? [] : [entry],
    ),
  );
}
