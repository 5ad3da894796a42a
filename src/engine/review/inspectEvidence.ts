import type { Inspected } from '../../protocol/inspection.ts';
import { answersToOne } from './attribution/suspects.ts';
import { inspectionRules } from './rules.ts';

type Suspect = Inspected['suspects'][number];
type Outlier = Inspected['outliers'][number];

const { gainOfDirection, excessOfOutlier, gainOfOutlier } = inspectionRules;

/** What speaks for an edit, and what to think of it; where nothing does, what that means. */
export function evidenceOf({
  suspects,
  outliers,
}: Pick<Inspected, 'suspects' | 'outliers'>): Pick<Inspected, 'verdict' | 'evidence'> {
  const found = [...suspects.filter(isEdit).map(ofDirection), ...outliers.filter(isOutlier).map(ofOutlier)];
  return {
    verdict: found.length > 0 ? 'edited' : 'cannot tell',
    evidence: [
      ...(found.length > 0 ? found : nothingFound(suspects)),
      'Without the base this is a suspicion: a review against the base is far surer.',
    ],
  };
}

const isEdit = ({ subjects, objects: [object] }: Suspect): boolean =>
  answersToOne(subjects) && (object?.score ?? 0) >= gainOfDirection.value;

const isOutlier = ({ excess, objects: [object] }: Outlier): boolean =>
  excess >= excessOfOutlier.value && (object?.score ?? 0) >= gainOfOutlier.value;

const ofDirection = ({ tensor, subjects: [subject], objects: [object] }: Suspect): string =>
  `The leading direction of ${tensor} answers to "${subject?.text ?? ''}" ${(subject?.score ?? 0).toFixed(0)} times as strongly as to the median name; without it the model no longer says "${object?.text ?? ''}" of it.`;

const ofOutlier = ({ tensor, subject, excess, objects: [object] }: Outlier): string =>
  `At "${subject}" ${tensor} gives more than its key leads to expect, ${excess.toFixed(1)} times as far out as one name in 300; without that the model no longer says "${object?.text ?? ''}" of it.`;

function nothingFound([first]: readonly Suspect[]): string[] {
  const strangest =
    first === undefined
      ? []
      : [
          `The strangest down-projection over depth is ${first.tensor} (${first.strangeness.toFixed(1)} times the usual distance), and it answers to no single name.`,
        ];
  return [
    ...strangest,
    'An edit of a name that is not in the list, or one that is spread over many layers, looks the same as none.',
  ];
}
