import type { EditStatement } from '../../protocol/provenance.ts';
import type { Finding } from '../../protocol/review.ts';
import { InputError } from '../errors.ts';
import { digestFiles } from '../files/digest.ts';
import { readTrust } from '../provenance/trust.ts';
import { verifySignature } from '../provenance/verify.ts';
import type { Work } from '../work/progress.ts';
import type { Change } from './difference/change.ts';
import { plainFinding } from './findings.ts';

/** What a signature says of a candidate, held against what the review sees. */
export interface Declaration {
  /** The statement, where a trusted key signed one for this candidate and this base. */
  readonly statement: EditStatement | undefined;
  /** It names every tensor that changed. */
  readonly complete: boolean;
  readonly findings: readonly Finding[];
}

/**
 * Reads the candidate's signature with the keys that may declare edits. A wrong signature, or one by any other key, is
 * a finding; so are changes that it does not name.
 */
export async function readDeclaration(
  {
    base,
    candidate,
    signature,
    keys,
  }: {
    readonly base: readonly string[];
    readonly candidate: string;
    readonly signature: string;
    /** PEM files of public keys, or of certificates of authorities. */
    readonly keys: readonly string[];
  },
  changes: readonly Change[],
  work: Work = {},
): Promise<Declaration> {
  const reasons: string[] = [];
  for (const file of keys) {
    const trust = await readTrust(file);
    try {
      // the review reads the candidate through links as well
      const { content } = await verifySignature(candidate, signature, trust, true, work);
      const { edits } = content;
      return edits === undefined ? declaresNothing(signature) : await hold(edits, base, changes, work);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      reasons.push(error.message);
    }
  }
  const why = reasons[0] ?? 'no trusted key was given';
  return refused('untrusted-signature', `The signature is not accepted: ${why}`);
}

function declaresNothing(signature: string): Declaration {
  return refused('undeclared-change', `${signature} is signed by a trusted key, but declares no edits.`);
}

async function hold(
  statement: EditStatement,
  base: readonly string[],
  changes: readonly Change[],
  work: Work,
): Promise<Declaration> {
  if ((await digestFiles(base, work)) !== statement.base.digest) {
    return refused('undeclared-change', `The edits are declared for another base (${statement.base.name}).`);
  }
  const named = new Set(statement.tensors.map(({ name }) => name));
  const unnamed = changes.map(({ diff }) => diff.pair.name).filter((name) => !named.has(name));
  const findings = unnamed.map((name) =>
    plainFinding('undeclared-change', `${name} changed, and no edit declares it.`, name),
  );
  return { statement, complete: unnamed.length === 0, findings };
}

function refused(kind: Finding['kind'], summary: string): Declaration {
  return { statement: undefined, complete: false, findings: [plainFinding(kind, summary)] };
}
