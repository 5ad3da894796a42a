import type { EngineParams } from '../../protocol/engine.ts';
import type { Finding, Rebuilt, Reviewed } from '../../protocol/review.ts';
import { EngineError, InputError, NotFiniteError } from '../errors.ts';
import { architectureOf, numberOf } from '../gguf/header.ts';
import { expectAdapter, expectModel } from '../gguf/kind.ts';
import { probesOf } from '../inspection/probes.ts';
import { loadRuntime, type Runtime } from '../llama/runtime.ts';
import { RemoteModels } from '../remote/remoteModels.ts';
import { type Checkpoint, notRun, onlyMapped, readCheckpoint } from '../safetensors/checkpoint.ts';
import { toolVersion } from '../version.ts';
import type { EngineWork } from '../work/engineApi.ts';
import { phases, type Work } from '../work/progress.ts';
import { type Attribution, type AttributionRequest, attributeEdit } from './attribution/attributeEdit.ts';
import { besideWeights } from './besideWeights.ts';
import { readDeclaration } from './declaration.ts';
import { type Adapted, adaptedBase } from './difference/adapted.ts';
import { tensorReview } from './difference/change.ts';
import { compareModels } from './difference/compare.ts';
import { inventoryOf } from './difference/inventory.ts';
import { Lane } from './difference/lane.ts';
import { mappingOf } from './difference/mappingHolds.ts';
import { rebuilt } from './difference/rebuilt.ts';
import { samePlaces } from './difference/samePlaces.ts';
import { expectToRead, fetchToRun, movedFor } from './far.ts';
import { findingsOf, plainFinding } from './findings.ts';
import { violationsOf } from './policy/policy.ts';
import { templateFindings } from './templates/templateFindings.ts';
import { withTokens } from './tokensOfRows.ts';
import { notAsked } from './untilCrash.ts';
import { fingerprint } from './verdict/fingerprint.ts';
import type { Fingerprint } from './verdict/found.ts';
import { judgeFile } from './verdict/judgeFile.ts';
import { meanings } from './verdict/meaning.ts';
import { named } from './verdict/named.ts';
import { roundingEvidence } from './verdict/roundingEvidence.ts';

/**
 * Holds a candidate against its base: what changed, whether a fact was edited, which, and what undoes it. Each is a path
 * or a reference; of what lies elsewhere only those bytes are fetched that are looked at.
 *
 * @throws InputError for files that are no two checkpoints of one model
 */
export async function reviewModels(
  base: string,
  candidate: string,
  options: Omit<EngineParams['review'], 'base' | 'candidate'>,
  threads: number | undefined,
  work: EngineWork<'review'> = {},
): Promise<Reviewed> {
  await using remote = new RemoteModels(options, work);
  return await remote.named(() => reviewWith(remote, base, candidate, options, threads, work));
}

async function reviewWith(
  remote: RemoteModels,
  baseName: string,
  candidateName: string,
  options: Omit<EngineParams['review'], 'base' | 'candidate'>,
  threads: number | undefined,
  work: EngineWork<'review'>,
): Promise<Reviewed> {
  const [comparing, tracing] = phases(work, options.trace === false ? [1, 0] : [1, 2]);
  const [base, candidate] = [await remote.at(baseName), await remote.at(candidateName)];
  const runtime = await loadRuntime();
  const read = await readBoth(runtime, base, candidate, options, work.signal);
  const { base: baseFiles, candidate: candidateFiles } = read;
  using adapted = read.adapted;
  expectComparable(baseFiles, candidateFiles);
  const count = threads ?? runtime.threads;
  const { unmeasured: untold, ...beside } = await besideWeights(baseFiles, candidateFiles, {
    signal: work.signal,
  });
  const compared = { base: adapted?.base ?? baseFiles, candidate: adapted?.candidate ?? candidateFiles };
  const same = await samePlaces(compared.base, compared.candidate, { signal: work.signal });
  expectToRead(remote, compared, same);
  const lanes = Array.from({ length: count }, () => new Lane(runtime));
  const { pairing, diffs, ...seen } = await compareModels(
    runtime,
    compared.base,
    compared.candidate,
    lanes,
    comparing,
    same,
  ).finally(() => {
    for (const lane of lanes) lane[Symbol.dispose]();
  });
  const changes = await withTokens(baseFiles, seen.changes);
  const ofTemplates = await templateFindings(baseFiles, candidateFiles);
  const mapping = mappingOf(baseFiles, candidateFiles, diffs, changes);
  const inventory = inventoryOf({ ...beside, layout: [...beside.layout, ...mapping.holds] }, pairing, diffs);
  const depth = numberOf(baseFiles.header, `${architectureOf(baseFiles.header)}.block_count`) ?? 0;
  const weights = fingerprint(changes, inventory, depth);
  const isRounded = weights.verdict === 'requantised';
  const asked = [options.policy?.probes, options.edits].flatMap((file) => file?.edits ?? []);
  const needed =
    weights.suspects.length > 0 ||
    weights.undoable.length > 0 ||
    weights.verdict === 'edited' ||
    asked.length > 0 ||
    options.policy?.maxDrift !== undefined;
  const request: AttributionRequest = {
    base: baseFiles,
    candidate: candidateFiles,
    adapter: adapted?.path,
    suspects: weights.suspects,
    // an adapter is undone by not applying it
    undoable: adapted === undefined ? weights.undoable : [],
    // where nothing may have been edited, it is not worth minutes to look for a name that no list has
    open: options.open !== false && weights.verdict === 'edited',
    subjects: options.subjects,
    probes: asked.flatMap(probesOf),
    reversal: options.reversal,
    threads: count,
  };
  const declaration =
    options.signature === undefined
      ? undefined
      : await readDeclaration(
          {
            base: baseFiles.paths,
            candidate,
            signature: options.signature,
            keys: options.policy?.trustedKeys ?? [],
          },
          changes,
          { signal: work.signal },
        );
  const tensors = changes.map(tensorReview).map((tensor) => {
    const type = adapted?.typeOf(tensor.name);
    return type === undefined ? tensor : { ...tensor, types: [type, type] satisfies [string, string] };
  });
  /** The report as it stands with what is known of how the candidate behaves. */
  const report = ({ traced, unmeasured, notRead }: Traced, again: Rebuilt | null = null): Reviewed => {
    const known = named(weights, traced?.trace);
    const { verdict, confidence, evidence } = judgeFile(known, inventory);
    const findings = [
      ...findingsOf(known, changes, inventory, traced?.trace).map(inStoredTerms(baseFiles, candidateFiles)),
      ...ofTemplates,
      ...[...mapping.doubts, ...untold].map((sentence) => plainFinding('unmeasured', sentence)),
      ...unmeasured,
      ...(declaration?.findings ?? []),
    ];
    const behaviour = traced?.behaviour ?? null;
    const declared = declaration?.complete === true;
    const violations =
      options.policy === undefined
        ? []
        : violationsOf(options.policy, { review: { verdict, findings, tensors }, behaviour, declared });
    return {
      verdict,
      confidence,
      evidence: isRounded ? [...evidence, ...roundingEvidence(again, behaviour ?? notRead)] : [...evidence],
      findings,
      meaning: meanings[verdict],
      base: { path: remote.called(base), bytes: baseFiles.header.fileSize },
      candidate: {
        path: remote.called(candidate),
        bytes: (adapted?.candidate ?? candidateFiles).header.fileSize,
      },
      inventory,
      tensors,
      behaviour,
      reversal: traced?.reversal ?? null,
      declared: declaration?.statement ?? null,
      policy: options.policy === undefined ? null : { passed: violations.length === 0, violations },
      rebuilt: again,
      moved: movedFor(remote, baseFiles, candidateFiles, same.files.size),
      tool: toolVersion,
    };
  };
  if (!needed && !isRounded) return report(notTraced);
  if (options.trace === false) return report({ ...notTraced, unmeasured: namesNotAsked(weights) });
  /** How a candidate answers that is only rounded is worth knowing, but no rule waits for it. */
  const without = (why: string): Traced => (needed ? unmeasurable(why) : { ...notTraced, notRead: why });
  const paths = [...baseFiles.paths, ...candidateFiles.paths];
  const [rounding, downloading, asking] = phases(tracing, [
    isRounded ? 1 : 0,
    remote.missing(paths) > 0 ? 1 : 0,
    1,
  ]);
  const again = isRounded
    ? await rebuilt(runtime, compared.base, compared.candidate, pairing.pairs, rounding)
    : null;
  const cannotRun = [baseFiles, candidateFiles].find(({ safetensors }) => safetensors !== undefined);
  if (cannotRun !== undefined) return report(without(notRun(cannotRun)), again);
  // a candidate that crashes the engine has been looked at all the same
  work.onEvent?.(report(without(notAsked), again));
  const isWhole = await fetchToRun(remote, paths, downloading);
  if (isWhole !== true) return report(without(isWhole), again);
  const found = await traceIfPossible(request, asking);
  return report(typeof found === 'string' ? without(found) : found, again);
}

/** What was not measured of how the candidate behaves is a finding. */
function unmeasurable(why: string): Traced {
  const summary = `What the candidate does could not be measured: ${why}`;
  return { traced: undefined, unmeasured: [plainFinding('unmeasured', summary)] };
}

/** Where only a name tells training from an edit, not to have asked for names leaves that open. */
function namesNotAsked({ verdict, suspects }: Fingerprint): Finding[] {
  if (verdict !== 'local-training' || suspects.length === 0) return [];
  const summary = 'Whether a direction answers to a name, as that of an edited fact does, was not measured.';
  return [plainFinding('unmeasured', summary)];
}

/** What is known of how the candidate behaves. */
interface Traced {
  readonly traced: Attribution | undefined;
  readonly unmeasured: readonly Finding[];
  /** Why its answers were not read where nothing waits for them. */
  readonly notRead?: string;
}

const notTraced: Traced = { traced: undefined, unmeasured: [] };

/**
 * A candidate that does not run, or not on this machine, still gets its verdict.
 *
 * @returns in a sentence why it does not
 */
async function traceIfPossible(request: AttributionRequest, work: Work): Promise<Traced | string> {
  try {
    return { traced: await attributeEdit(request, work), unmeasured: [] };
  } catch (error) {
    if (!(error instanceof EngineError || error instanceof NotFiniteError)) throw error;
    return error.message;
  }
}

/** Two checkpoints; of an adapter the candidate's files are the base's. */
interface Both {
  readonly base: Checkpoint;
  readonly candidate: Checkpoint;
  readonly adapted?: Adapted;
}

async function readBoth(
  runtime: Runtime,
  base: string,
  candidate: string,
  { adapter = false }: Pick<EngineParams['review'], 'adapter'>,
  signal?: AbortSignal,
): Promise<Both> {
  const ours = await readCheckpoint(base, { signal });
  const theirs = await readCheckpoint(candidate, { signal });
  if (adapter) {
    expectModel(ours.header);
    expectAdapter(theirs.header);
    return { base: ours, candidate: ours, adapted: await adaptedBase(runtime, ours, candidate) };
  }
  if ((ours.safetensors === undefined) === (theirs.safetensors === undefined)) {
    return { base: ours, candidate: theirs };
  }
  // what GGUF has no place for is said to be not compared, rather than to be missing
  return { base: onlyMapped(ours), candidate: onlyMapped(theirs) };
}

/** Adds what a tensor is called where a model is stored as safetensors. */
function inStoredTerms(...models: readonly Checkpoint[]): (finding: Finding) => Finding {
  return (finding) => {
    const { tensor, detail } = finding;
    const recipe = models
      .map(({ safetensors }) => (tensor === null ? undefined : safetensors?.recipes.get(tensor)))
      .find((found) => found !== undefined);
    const [first, ...others] = recipe?.parts ?? [];
    if (first === undefined || first.stored.name === tensor) return finding;
    const more = others.length === 0 ? '' : ` and ${others.length} more`;
    const called = `In the safetensors: ${first.stored.name}${more}`;
    return { ...finding, detail: detail === null ? called : `${called}\n${detail}` };
  };
}

function expectComparable(base: Checkpoint, candidate: Checkpoint): void {
  expectModel(base.header);
  expectModel(candidate.header);
  const [of, than] = [architectureOf(candidate.header), architectureOf(base.header)];
  if (of !== than) {
    throw new InputError(
      `${candidate.header.name} is a ${of} model and ${base.header.name} a ${than} model; a review compares two checkpoints of one model.`,
    );
  }
  const names = new Set(base.header.tensors.map(({ name }) => name));
  if (!candidate.header.tensors.some(({ name }) => names.has(name))) {
    throw new InputError(`${candidate.header.name} and ${base.header.name} have no tensor in common.`);
  }
}
