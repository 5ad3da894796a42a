import * as z from 'zod';
import { agentTools } from '../src/agents/tools.ts';
import { SomeHyperparameters } from '../src/protocol/hyperparameters.ts';
import { METHODS, methodEntry } from '../src/protocol/methods.ts';
import { PRESETS } from '../src/protocol/presets.ts';

/**
 * What of `package.json` and `package.nls.json` follows from the sources: the settings of methods, from their registries,
 * and the tools for language models.
 */

const setting = (name: string) => `palimpsest.edits.${name}`;
const label = (name: string) => `setting.method.${name}`;

interface Manifest {
  readonly contributes: { readonly configuration: { readonly properties: Record<string, Setting> } };
}
type Setting = { enum?: string[]; enumDescriptions?: string[]; properties?: unknown };

/** The manifest with every method, preset and hyperparameter to choose; the method "" is the engine's own default. */
export function withMethods<M extends Manifest>(manifest: M): M {
  const { contributes } = manifest;
  const { properties } = contributes.configuration;
  const derived = {
    method: {
      enum: ['', ...METHODS],
      enumDescriptions: ['default', ...METHODS].map((name) => `%${label(name)}%`),
    },
    preset: { enum: [...PRESETS] },
    hyperparameters: { properties: z.toJSONSchema(SomeHyperparameters, { target: 'draft-7' }).properties },
  };
  const changed = Object.entries(derived).map(([name, own]) => [
    setting(name),
    { ...properties[setting(name)], ...own },
  ]);
  const configuration = {
    ...contributes.configuration,
    properties: { ...properties, ...Object.fromEntries(changed) },
  };
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

const titleOf = (name: string) => `tool.${name}.title`;

/** The manifest with every tool for language models, by which VS Code tells them what there is. */
export function withTools<M extends Manifest>(manifest: M): M {
  const languageModelTools = agentTools.map(({ name, description, input, writes }) => ({
    name: `palimpsest_${name}`,
    displayName: `%${titleOf(name)}%`,
    modelDescription: description,
    toolReferenceName: `palimpsest-${name}`,
    canBeReferencedInPrompt: true,
    icon: '$(beaker)',
    tags: ['gguf', 'palimpsest', writes ? 'writes' : 'read-only'],
    inputSchema: z.toJSONSchema(input, { target: 'draft-7' }),
  }));
  return { ...manifest, contributes: { ...manifest.contributes, languageModelTools } };
}

/** The manifest's texts with the title of every tool, behind all others. */
export function withToolTitles(texts: Readonly<Record<string, string>>): Record<string, string> {
  const others = Object.entries(texts).filter(([key]) => !/^tool\.\w+\.title$/.test(key));
  return Object.fromEntries([
    ...others,
    ...agentTools.map(({ name, title }) => [titleOf(name), title] as const),
  ]);
}
