import type { Inspected } from '../../protocol/inspection.ts';
import type { Reviewed } from '../../protocol/review.ts';
import { EngineCrash } from '../process/crash.ts';

/**
 * A review sends what it has found ahead, before it lets a model run. Where the engine's process crashes at that, this is
 * the report, and the crash is in it.
 */
interface UntilCrash<R> {
  readonly found: R;
  /** Told after the report; undefined where all went well. */
  readonly crash: EngineCrash | undefined;
}

/** Stands in what is sent ahead, in the place of what only the crash can say. */
export const notAsked = 'the engine ended while the model ran.';

export const reviewUntilCrash = (run: Run<Reviewed>): Promise<UntilCrash<Reviewed>> =>
  untilCrash(run, (found, tell) => ({
    ...found,
    findings: found.findings.map((finding) => ({ ...finding, summary: tell(finding.summary) })),
    policy: found.policy && {
      ...found.policy,
      violations: found.policy.violations.map((violation) => ({ ...violation, text: tell(violation.text) })),
    },
  }));

export const inspectUntilCrash = (run: Run<Inspected>): Promise<UntilCrash<Inspected>> =>
  untilCrash(run, (found, tell) => ({ ...found, evidence: found.evidence.map(tell) }));

/**
 * What a report that was sent ahead says by itself: the verdict and what led to it, without what only the models or a
 * crash can say. The policy judges the whole report alone.
 */
export function aheadOf(sent: Reviewed): Reviewed {
  const says = (text: string) => !text.includes(notAsked);
  const findings = sent.findings.filter(({ summary }) => says(summary));
  return { ...sent, findings, evidence: sent.evidence.filter(says), policy: null };
}

type Run<R> = (onEvent: (ahead: R) => void) => Promise<R>;

async function untilCrash<R>(
  run: Run<R>,
  withCrash: (ahead: R, tell: (text: string) => string) => R,
): Promise<UntilCrash<R>> {
  let ahead: R | undefined;
  try {
    const found = await run((sent) => {
      ahead = sent;
    });
    return { found, crash: undefined };
  } catch (error) {
    if (ahead === undefined || !(error instanceof EngineCrash)) throw error;
    const found = withCrash(ahead, (text) => text.replace(notAsked, () => error.message));
    return { found, crash: error };
  }
}
