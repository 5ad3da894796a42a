import type * as z from 'zod';
import { ContextDefenceV1 } from '../../../src/formats/contextDefence/v1.ts';
import { EditsV1 } from '../../../src/formats/edits/v1.ts';
import { EvaluationV1 } from '../../../src/formats/evaluation/v1.ts';
import { JudgeV1 } from '../../../src/formats/judge/v1.ts';
import { PATCH_FORMAT } from '../../../src/formats/patch/index.ts';
import { PolicyV1 } from '../../../src/formats/policy/v1.ts';
import { ReviewV1 } from '../../../src/formats/review/v1.ts';
import { markdownTable } from '../../../src/text/markdown.ts';

interface Format {
  readonly file: string;
  readonly version: number;
  readonly where: string;
  readonly holds: string;
  readonly newer: string;
}

const refused = 'refused in one sentence';
const added = 'fields are added within a version; what is not known is kept';

/** The files that people and programs keep, with the version that is written. */
export function formats(): string {
  const all: Format[] = [
    json('NAME.edits.json', EditsV1, 'edits with their probes: [schema](../../media/edits.schema.json)'),
    {
      file: 'NAME.patch.gguf',
      version: PATCH_FORMAT,
      where: '`palimpsest.format` in the metadata',
      holds: 'a GGUF LoRA adapter with what it was made from, how, and its measures',
      newer: refused,
    },
    json('NAME.policy.json', PolicyV1, 'what a review lets pass: [schema](../../media/policy.schema.json)'),
    json('NAME.judge.json', JudgeV1, 'who says whether an answer is safe: a rule, a classifier, a command', {
      kind: 'rule',
    }),
    json('NAME.reversal.json', ContextDefenceV1, 'what `reversal learn` found: the detector and the text'),
    {
      ...json(
        'output of `review --format json`',
        ReviewV1,
        'a review: [schema](../../media/review.schema.json)',
      ),
      newer: added,
    },
    {
      ...json('evaluation.json', EvaluationV1, 'what `eval` measured of each method and edit'),
      newer: added,
    },
    {
      file: 'NAME.sig',
      version: 1,
      where: '`mediaType`, `predicateType`',
      holds: 'a Sigstore bundle (v0.3) over an in-toto statement, OpenSSF Model Signing v1.0',
      newer: refused,
    },
  ];
  return markdownTable(
    [
      { name: 'file' },
      { name: 'version' },
      { name: 'where it stands' },
      { name: 'holds' },
      { name: 'of a newer version' },
    ],
    all.map(({ file, version, where, holds, newer }) => [file, String(version), where, holds, newer]),
  );
}

/** A JSON file that states its version; the one in its schema is the one that is written. */
function json(file: string, schema: z.ZodType, holds: string, kind: object = {}): Format {
  const stated = [1, 2, 3].filter((version) => accepts(schema, { version, ...kind }));
  const [version] = stated;
  if (version === undefined || stated.length > 1)
    throw new Error(`${file}: its schema takes no single version.`);
  return { file, version, where: '`version`; files without it are of version 1', holds, newer: refused };
}

function accepts(schema: z.ZodType, file: object): boolean {
  const { error } = schema.safeParse(file);
  return !error?.issues.some(({ path }) => path[0] === 'version');
}
