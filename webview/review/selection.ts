import type { Finding, Reviewed, TensorReview } from '../../src/protocol/review.ts';

/** What is looked at: a finding by its place, or a tensor by its name. */
export type Selection = { readonly finding: number } | { readonly tensor: string };

export const isSelection = (value: unknown): value is Selection =>
  typeof value === 'object' && value !== null && ('finding' in value || 'tensor' in value);

/** Everything that the review says of the selected thing. */
export interface Selected {
  /** The name of a tensor or a metadata key. */
  readonly title: string;
  readonly place: number | null;
  readonly finding: Finding | undefined;
  readonly tensor: TensorReview | undefined;
}

/** @returns undefined where the review has no such thing, or nothing at all */
export function selectedOf(reviewed: Reviewed, selection: Selection): Selected | undefined {
  const { findings, tensors } = reviewed;
  const place = 'finding' in selection ? selection.finding : findings.findIndex(isOf(selection.tensor));
  const finding = findings[place];
  const name = 'tensor' in selection ? selection.tensor : (finding?.tensor ?? null);
  const tensor = tensors.find((other) => other.name === name);
  if (finding === undefined && tensor === undefined) return undefined;
  return {
    title: name ?? finding?.summary ?? '',
    place: finding === undefined ? null : place,
    finding,
    tensor,
  };
}

const isOf =
  (name: string) =>
  ({ tensor }: Finding): boolean =>
    tensor === name;
