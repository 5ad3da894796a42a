import * as z from 'zod';

/** What a model's metadata say of where it comes from, under the names that llama.cpp's converter writes. */

const text = z.string().nullable();

/** A model as metadata name it: another under `general.base_model.N.*`, itself under `general.*`. */
export const NamedModel = z.strictObject({
  name: text,
  author: text,
  version: text,
  organization: text,
  description: text,
  url: text,
  doi: text,
  uuid: text,
  repoUrl: text,
});
export type NamedModel = z.infer<typeof NamedModel>;

export const Lineage = z.strictObject({
  own: NamedModel.describe('general.*: what the model says of itself.'),
  bases: z.array(NamedModel).describe('general.base_model.*: the models that this one was made from.'),
  source: z
    .strictObject({ url: text, doi: text, uuid: text, repoUrl: text, huggingface: text })
    .describe('general.source.*: what the file was converted from.'),
  license: text.describe('general.license'),
});
export type Lineage = z.infer<typeof Lineage>;

/** A named model in one line: its name, who made it, and where it is. */
export function namedModel({ name, version, organization, author, url, repoUrl, doi }: NamedModel): string {
  const title = [name, version].filter((part) => part !== null).join(' ');
  const maker = organization ?? author;
  const place = repoUrl ?? url ?? doi;
  const called = `${title === '' ? (place ?? '?') : title}${maker === null ? '' : ` (${maker})`}`;
  return place === null || title === '' ? called : `${called}, ${place}`;
}

/** What a model was converted from, in one line; null where nothing is said of it. */
export function sourceText({ source }: Lineage): string | null {
  return source.repoUrl ?? source.url ?? source.huggingface ?? source.doi ?? source.uuid;
}
