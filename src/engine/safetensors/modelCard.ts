import path from 'node:path';
import type { MetadataValue } from '../../protocol/gguf.ts';
import { HumanError } from '../errors.ts';
import { readText } from '../json/readText.ts';
import { isRecord } from './fileHeader.ts';

const maxLength = 4 << 20;
/** More than any model was merged from. */
const maxBases = 100;

/**
 * What the model card of a Hugging Face folder (README.md) says of where the model comes from, under the keys that the
 * converter gives it: `general.license`, `general.base_model.N.name` and the like. A card that is absent, or whose head
 * is no YAML, says nothing. Source: `Metadata.apply_metadata_heuristic` in gguf-py/gguf/metadata.py.
 */
export async function modelCard(folder: string): Promise<ReadonlyMap<string, MetadataValue>> {
  const card = await cardOf(path.join(folder, 'README.md'));
  const { license, base_model: bases } = card;
  const named = [bases].flat().filter((id) => typeof id === 'string' && id !== '');
  const entries = named.slice(0, maxBases).flatMap((id, index) => baseEntries(String(id), index));
  if (typeof license === 'string') entries.unshift(['general.license', license]);
  return new Map(entries.map(([key, value]) => [key, { type: 'string', value }]));
}

async function cardOf(file: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readText(file, maxLength).catch((error: unknown) => {
    if (error instanceof HumanError) return '';
    throw error;
  });
  const head = /^---\r?\n(?<yaml>.*?)\r?\n---[ \t]*(?:\r?\n|$)/s.exec(text)?.groups?.['yaml'];
  if (head === undefined) return {};
  const { parseDocument } = await import('yaml');
  const document = parseDocument(head, { logLevel: 'silent' });
  if (document.errors.length > 0) return {};
  try {
    const card: unknown = document.toJS();
    return isRecord(card) ? card : {};
  } catch (error) {
    // aliases that stand for more than is sane
    if (error instanceof ReferenceError) return {};
    throw error;
  }
}

function baseEntries(id: string, index: number): [string, string][] {
  const key = (part: string) => `general.base_model.${index}.${part}`;
  const [, organization, name] = /^([\w.-]+)\/([\w.-]+)$/.exec(id) ?? [];
  if (organization === undefined || name === undefined) return [[key('name'), titled(id)]];
  return [
    [key('name'), titled(name)],
    [key('organization'), titled(organization)],
    [key('repo_url'), `https://huggingface.co/${organization}/${name}`],
  ];
}

/** `Metadata.id_to_title` in gguf-py: words apart, with capitals but for versions and sizes. */
const titled = (id: string): string =>
  id
    .trim()
    .split(/[-\s]+/)
    .map((word) =>
      word === word.toLowerCase() && !/^(?:v\d+(?:\.\d+)*|\d.*)$/.test(word)
        ? word.replace(/(?<![a-z])[a-z]/g, (letter) => letter.toUpperCase())
        : word,
    )
    .join(' ');
