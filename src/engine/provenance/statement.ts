import path from 'node:path';
import * as z from 'zod';
import { EditStatement } from '../../protocol/provenance.ts';
import { InputError } from '../errors.ts';
import { readJson } from '../json/readJson.ts';
import { type Manifest, rootOf } from './manifest.ts';
import type { Search } from './signedFiles.ts';

const statementType = 'https://in-toto.io/Statement/v1';
const predicateType = 'https://model_signing/signature/v1.0';

/** As the specification has it: below the model's folder, and written in one way only. */
const Name = z
  .string()
  .refine(
    (name) =>
      !path.win32.isAbsolute(name) &&
      path.posix.normalize(name) === name &&
      name.split('/')[0] !== '..' &&
      name !== '',
    'is no path below the model',
  );

/** An in-toto statement about a model's files. What we do not know is ignored, as the specification asks. */
const Statement = z.object({
  _type: z.literal(statementType),
  predicateType: z.literal(predicateType),
  subject: z.tuple([z.object({ name: z.string(), digest: z.object({ sha256: z.string() }) })]),
  predicate: z.object({
    resources: z
      .array(
        z.object({
          name: Name,
          algorithm: z.literal('sha256'),
          digest: z.string().regex(/^[0-9a-f]{64}$/),
        }),
      )
      .min(1),
    serialization: z.object({
      method: z.literal('files'),
      hash_type: z.literal('sha256'),
      allow_symlinks: z.boolean(),
      ignore_paths: z.array(z.string()).default([]),
    }),
    'palimpsest.edits': EditStatement.optional(),
  }),
});

export interface SignedContent {
  readonly manifest: Manifest;
  readonly ignored: readonly string[];
  readonly edits: EditStatement | undefined;
}

/** The bytes that are signed. @param search how the manifest's files were found */
export function statementOf(
  manifest: Manifest,
  { ignored = [], allowSymlinks }: Search,
  edits: EditStatement | undefined,
): Buffer {
  const { name, resources, root } = manifest;
  const statement: z.input<typeof Statement> = {
    _type: statementType,
    subject: [{ name, digest: { sha256: root } }],
    predicateType,
    predicate: {
      resources: [...resources],
      serialization: {
        method: 'files',
        hash_type: 'sha256',
        allow_symlinks: allowSymlinks,
        ignore_paths: [...ignored],
      },
      ...(edits !== undefined && { 'palimpsest.edits': edits }),
    },
  };
  return Buffer.from(JSON.stringify(statement));
}

/** Reads what was signed. @throws InputError where it is no statement about a model, or contradicts itself */
export function readStatement(payload: Buffer, name: string): SignedContent {
  const parsed = Statement.safeParse(jsonOf(payload));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new InputError(
      `${name} is signed, but not a model signature v1.0 (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}).`,
    );
  }
  const { subject, predicate } = parsed.data;
  const root = rootOf(predicate.resources);
  if (root !== subject[0].digest.sha256) {
    throw new InputError(`${name} contradicts itself: its files do not hash to the digest of its subject.`);
  }
  const names = new Set(predicate.resources.map((resource) => resource.name));
  if (names.size !== predicate.resources.length) {
    throw new InputError(`${name} contradicts itself: it lists a file twice.`);
  }
  if (names.has('.') && names.size > 1) {
    throw new InputError(`${name} contradicts itself: it is about one file and about others.`);
  }
  return {
    manifest: { name: subject[0].name, resources: predicate.resources, root },
    ignored: predicate.serialization.ignore_paths,
    edits: predicate['palimpsest.edits'],
  };
}

/** Four values a file: a folder of a hundred thousand files. */
const mostValues = 1_000_000;

function jsonOf(payload: Buffer): unknown {
  const read = readJson(payload.toString('utf8'), mostValues);
  return 'value' in read ? read.value : undefined;
}
