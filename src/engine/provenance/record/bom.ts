import {
  Bom,
  type Component,
  ComponentRepository,
  Metadata,
  Property,
  Tools,
} from '@cyclonedx/cyclonedx-library/Models';
import { JSON as Json } from '@cyclonedx/cyclonedx-library/Serialize';
import { Spec1dot6 } from '@cyclonedx/cyclonedx-library/Spec';
import type { Reviewed } from '../../../protocol/review.ts';
import { lineageOf } from '../../gguf/lineage.ts';
import {
  fileUrl,
  modelComponent,
  namedComponent,
  patchComponent,
  refs,
  signatureReference,
  toolComponent,
} from './components.ts';
import type { RecordFacts } from './facts.ts';
import { modelCard } from './modelCard.ts';

/** The longest part of a text that a property repeats. */
const maxLength = 2000;

/**
 * A modification record as a CycloneDX 1.6 bill of materials (ML-BOM), as JSON text. Components, their digests and how they
 * depend on each other are written by the official library; model card, pedigree and annotations, which it does not know,
 * are added to its result.
 */
export function bomText(facts: RecordFacts): string {
  const { candidate, patches, signature, serialNumber, time } = facts;
  const component = modelComponent(candidate, refs.candidate);
  for (const property of properties(facts)) component.properties.add(property);
  if (signature !== undefined) component.externalReferences.add(signatureReference(signature));
  const parts = patches.map(patchComponent);
  for (const part of parts) component.dependencies.add(part.bomRef);
  const bom = new Bom({
    serialNumber,
    metadata: new Metadata({
      timestamp: time,
      component,
      tools: new Tools({ components: new ComponentRepository([toolComponent()]) }),
    }),
    components: new ComponentRepository(parts),
  });
  const document = normal.makeForBom().normalize(bom, asIs);
  return `${JSON.stringify(
    {
      ...document,
      metadata: {
        ...document.metadata,
        component: {
          ...document.metadata?.component,
          pedigree: pedigree(facts),
          modelCard: modelCard(facts),
        },
      },
      ...(facts.reviewed !== undefined && { annotations: [annotation(facts.reviewed, time)] }),
    },
    null,
    2,
  )}\n`;
}

const normal = new Json.Normalize.Factory(Spec1dot6);
const asIs = { sortLists: false };

/** What the candidate was made from, and by which patches. */
function pedigree({ candidate, base, patches, statement, reviewed }: RecordFacts) {
  const { bases } = lineageOf(candidate.header);
  const ancestors = (
    base === undefined
      ? bases.map((named, index) => namedComponent(named, `${refs.base}-${index + 1}`))
      : [modelComponent(base, refs.base)]
  ).map((component: Component) => normal.makeForComponent().normalize(component, asIs));
  const edits = (index: number) =>
    statement?.patches[index]?.edits ?? patches[index]?.description?.edits ?? [];
  return {
    ...(ancestors.length > 0 && { ancestors }),
    ...(patches.length > 0 && {
      patches: patches.map(({ name }, index) => ({
        type: 'unofficial',
        diff: { url: fileUrl(name) },
        resolves: edits(index).map(({ id, subject, target }) => ({
          type: 'enhancement',
          id,
          name: subject,
          description: target.true === undefined ? target.new : `${target.true} → ${target.new}`,
        })),
      })),
    }),
    ...(reviewed !== undefined && { notes: reviewed.evidence.join(' ') }),
  };
}

/** What there is no place for elsewhere, under names of our own (CycloneDX's property taxonomy). */
function properties({ statement, rebuilt, reviewed }: RecordFacts): Property[] {
  const found: (readonly [string, string])[] = [
    ...(rebuilt ? [['rebuilt', 'byte for byte from its base and patches'] as const] : []),
    ...(statement?.tensors ?? []).map(
      ({ name, before, after }) => ['tensor', `${name}: ${before} → ${after}`] as const,
    ),
  ];
  if (reviewed !== undefined) {
    const { verdict, confidence, policy, findings, tool } = reviewed;
    found.push(['review:verdict', verdict], ['review:confidence', confidence], ['review:tool', tool]);
    if (policy !== null) found.push(['review:policy', policy.passed ? 'passed' : 'failed']);
    for (const { text } of policy?.violations ?? []) found.push(['review:violation', text]);
    for (const { kind, summary, facts } of findings) {
      found.push(['review:finding', `${kind}: ${summary}`]);
      for (const { subject, was, says } of facts) {
        found.push(['review:fact', `${subject}: ${was} → ${says}`]);
      }
    }
  }
  return found.map(([name, value]) => new Property(`palimpsest:${name}`, value.slice(0, maxLength)));
}

/** The review as a remark on the candidate. */
function annotation({ verdict, confidence, meaning }: Reviewed, time: Date) {
  const tool = toolComponent();
  return {
    subjects: [refs.candidate],
    annotator: { component: { type: tool.type, name: tool.name, version: tool.version } },
    timestamp: time.toISOString(),
    text: `${verdict} (${confidence} confidence). ${meaning}`,
  };
}
