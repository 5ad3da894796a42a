import path from 'node:path';
import * as z from 'zod';
import { EditStatement, type Verified } from '../../protocol/provenance.ts';
import { InputError } from '../errors.ts';
import { readJson } from '../json/readJson.ts';
import { isRecord } from '../safetensors/fileHeader.ts';
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

/** Any other statement of in-toto, such as a modification record: about files, with a predicate that says something of them. */
const Attestation = z.object({
  _type: z.literal(statementType),
  predicateType: z.string().min(1),
  subject: z
    .array(z.object({ name: Name, digest: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }) }))
    .min(1),
  predicate: z.record(z.string(), z.unknown()),
});

export interface SignedContent {
  readonly manifest: Manifest;
  readonly ignored: readonly string[];
  readonly edits: EditStatement | undefined;
  /** What an attestation says of the files; undefined for a model signature. */
  readonly predicate: NonNullable<Verified['predicate']> | undefined;
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
  const value = jsonOf(payload);
  return isAttestation(value) ? readAttestation(value, name) : readSignature(value, name);
}

const isAttestation = (value: unknown): boolean =>
  isRecord(value) && typeof value['predicateType'] === 'string' && value['predicateType'] !== predicateType;

function readAttestation(value: unknown, name: string): SignedContent {
  const {
    subject,
    predicateType: type,
    predicate,
  } = parsedBy(Attestation, value, name, 'an in-toto statement v1');
  const resources = subject.map(({ name: file, digest }) => ({
    name: file,
    algorithm: 'sha256' as const,
    digest: digest.sha256,
  }));
  expectOnce(resources, name);
  const [first] = subject;
  return {
    manifest: { name: first?.name ?? '', resources, root: rootOf(resources) },
    ignored: [],
    edits: undefined,
    predicate: { type, value: predicate },
  };
}

function parsedBy<T>(schema: z.ZodType<T>, value: unknown, name: string, what: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InputError(
    `${name} is signed, but not ${what} (${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}).`,
  );
}

function expectOnce(resources: Manifest['resources'], name: string): void {
  if (new Set(resources.map((resource) => resource.name)).size === resources.length) return;
  throw new InputError(`${name} contradicts itself: it lists a file twice.`);
}

function readSignature(value: unknown, name: string): SignedContent {
  const { subject, predicate } = parsedBy(Statement, value, name, 'a model signature v1.0');
  const root = rootOf(predicate.resources);
  if (root !== subject[0].digest.sha256) {
    throw new InputError(`${name} contradicts itself: its files do not hash to the digest of its subject.`);
  }
  expectOnce(predicate.resources, name);
  const names = new Set(predicate.resources.map((resource) => resource.name));
  if (names.has('.') && names.size > 1) {
    throw new InputError(`${name} contradicts itself: it is about one file and about others.`);
  }
  return {
    manifest: { name: subject[0].name, resources: predicate.resources, root },
    ignored: predicate.serialization.ignore_paths,
    edits: predicate['palimpsest.edits'],
    predicate: undefined,
  };
}

/** Four values a file: a folder of a hundred thousand files. */
const maxValues = 1_000_000;

function jsonOf(payload: Buffer): unknown {
  const read = readJson(payload.toString('utf8'), maxValues);
  return 'value' in read ? read.value : undefined;
}
