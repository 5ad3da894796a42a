import type { PatchDescription } from '../../protocol/patches.ts';
import { PatchV1, summaryV1 } from './v1.ts';

/** The version that is written. */
export const PATCH_FORMAT = 1;

/** What the metadata of a patch hold, in whatever version: texts as they are, JSON as its value. */
export interface PatchValues {
  /** `palimpsest.format` */
  readonly format: number;
  readonly base: { readonly digest: unknown; readonly name: unknown };
  readonly tool: unknown;
  readonly edits: unknown;
  readonly hyperparameters: unknown;
  readonly measures: unknown;
}

/** Why a description cannot be read, to be put behind the name of its file. */
export class UnreadablePatch extends Error {}

/** Reads the description of any version. @throws UnreadablePatch */
export function readDescription(values: PatchValues, architecture: string): PatchDescription {
  if (values.format !== PATCH_FORMAT) {
    throw new UnreadablePatch(
      `is a patch of format ${values.format}, which a newer version of palimpsest reads; this one reads ${PATCH_FORMAT}`,
    );
  }
  const { data, error } = PatchV1.safeParse(values);
  if (data === undefined) {
    const [issue] = error.issues;
    const where = (issue?.path ?? []).map(String).join('.');
    throw new UnreadablePatch(
      `claims to be a patch of palimpsest, but its description is damaged: ${where}: ${issue?.message}`,
    );
  }
  return { ...data, base: { ...data.base, architecture }, measures: measuresIn(data) };
}

/** The values of a description as `PATCH_FORMAT` has them. */
export function writeDescription({ base, ...description }: PatchDescription): PatchV1 {
  const { measures } = description;
  if (measures === null) return { ...description, base, measures };
  const { summary, edits, others } = measures;
  const known = Object.entries(summary).filter(([, measure]) => measure !== null);
  return { ...description, base, measures: { edits, summary: { ...Object.fromEntries(known), ...others } } };
}

/** Measures that are not known, or not as version 1 has them, are kept beside those that are. */
function measuresIn({ measures }: PatchV1): PatchDescription['measures'] {
  if (measures === null) return null;
  const { counterfact, easyEdit, generationMatch, drift, ...others } = measures.summary;
  const rest: Record<string, unknown> = others;
  const known = <T>(name: keyof typeof summaryV1, value: unknown, read: { data?: T }): T | null => {
    if (read.data === undefined && value !== undefined && value !== null) rest[name] = value;
    return read.data ?? null;
  };
  return {
    summary: {
      counterfact: known('counterfact', counterfact, summaryV1.counterfact.safeParse(counterfact)),
      easyEdit: known('easyEdit', easyEdit, summaryV1.easyEdit.safeParse(easyEdit)),
      generationMatch: known(
        'generationMatch',
        generationMatch,
        summaryV1.generationMatch.safeParse(generationMatch),
      ),
      drift: known('drift', drift, summaryV1.drift.safeParse(drift)),
    },
    edits: measures.edits,
    others: rest,
  };
}
