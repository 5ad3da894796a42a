import type { Inventory } from '../../../protocol/review.ts';
import { counted } from '../../../text/numbers.ts';
import { sameBytes } from '../../files/sameBytes.ts';
import { padded } from '../../gguf/tensors.ts';
import { type HiddenBytes, hiddenBytes } from './hiddenBytes.ts';
import type { ModelPart, ModelParts } from './modelParts.ts';

/**
 * In what two models differ besides their metadata and the values of their tensors. Where both lists are empty, and
 * metadata and tensors are equal, every byte of their files is the same.
 *
 * @param sameMetadata no value differs, so that the headers say the same
 */
export async function layoutChanges(
  base: ModelParts,
  candidate: ModelParts,
  sameMetadata: boolean,
  signal?: AbortSignal,
): Promise<Pick<Inventory, 'layout' | 'hidden'>> {
  const [ours, theirs] = [await allHidden(base, signal), await allHidden(candidate, signal)];
  const hidden = [
    ...onlyIn(theirs, ours).map((found) => `The candidate holds ${said(found)}`),
    ...onlyIn(ours, theirs).map((found) => `The base holds ${said(found)}`),
  ];
  const layout: string[] = [];
  if (base.parts.length !== candidate.parts.length) {
    layout.push(`The base is ${files(base)}, the candidate ${files(candidate)}.`);
  } else {
    for (const [index, part] of base.parts.entries()) {
      const other = candidate.parts[index];
      if (other !== undefined) layout.push(...(await partChanges(part, other, sameMetadata)));
    }
    const moved = hidden.length === 0 && JSON.stringify(ours) !== JSON.stringify(theirs);
    if (moved) layout.push('The same bytes that belong to no tensor lie elsewhere.');
  }
  return { layout: [...new Set(layout)], hidden };
}

const files = ({ parts }: ModelParts): string => counted(parts.length, 'file');

export async function allHidden({ parts }: ModelParts, signal?: AbortSignal): Promise<HiddenBytes[]> {
  const found: HiddenBytes[] = [];
  for (const part of parts) found.push(...(await hiddenBytes(part, signal)));
  return found;
}

export function said({ byteLength, where, digest }: HiddenBytes): string {
  return `${byteLength} bytes ${where}, that belong to no tensor (sha256 ${digest.slice(0, 16)}…).`;
}

/** What one list has more often than the other. */
function onlyIn(one: readonly HiddenBytes[], other: readonly HiddenBytes[]): HiddenBytes[] {
  const left = new Map<string, number>();
  for (const { digest } of other) left.set(digest, (left.get(digest) ?? 0) + 1);
  return one.filter(({ digest }) => {
    const count = left.get(digest) ?? 0;
    left.set(digest, count - 1);
    return count <= 0;
  });
}

async function partChanges(base: ModelPart, candidate: ModelPart, sameMetadata: boolean): Promise<string[]> {
  const found: string[] = [];
  const compare = (what: string, of: (part: ModelPart) => number) => {
    const [one, other] = [of(base), of(candidate)];
    if (one !== other) found.push(`${what} is ${one} in the base and ${other} in the candidate.`);
  };
  compare('The version of GGUF', ({ version }) => version);
  compare('The alignment of tensors', ({ alignment }) => alignment);
  if (!sameOrder([...base.values.keys()], [...candidate.values.keys()])) {
    found.push('The metadata keys are in another order.');
  }
  if (!sameOrder(namesOf(base), namesOf(candidate))) found.push('The tensors are in another order.');
  if (base.alignment === candidate.alignment && missingPadding(base) !== missingPadding(candidate)) {
    found.push('One of the files ends without the padding behind its last tensor.');
  }
  const unexplained = found.length === 0 && sameMetadata && described(base) === described(candidate);
  if (unexplained && !(await sameBytes(headerOf(base), headerOf(candidate)))) {
    found.push('The header is written in another way.');
  }
  return found;
}

const namesOf = ({ tensors }: ModelPart): string[] => tensors.map(({ name }) => name);

const described = ({ tensors }: ModelPart): string =>
  JSON.stringify(tensors.map(({ name, type, elements }) => [name, type.id, elements]));

const headerOf = ({ source, end }: ModelPart) => ({ source, offset: 0, byteLength: end });

/** Do the names that both have come in one order? */
function sameOrder(one: readonly string[], other: readonly string[]): boolean {
  const [ours, theirs] = [new Set(one), new Set(other)];
  const shared = other.filter((name) => ours.has(name));
  return one.filter((name) => theirs.has(name)).every((name, index) => name === shared[index]);
}

function missingPadding({ tensors, alignment, source, end }: ModelPart): number {
  const last = tensors.at(-1);
  const dataEnd = last === undefined ? end : last.offset + last.byteLength;
  return Math.max(0, padded(dataEnd, alignment) - source.size);
}
