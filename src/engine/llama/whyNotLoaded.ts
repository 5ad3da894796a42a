import { EngineError, type HumanError, InputError } from '../errors.ts';

/** What llama.cpp says of a file that it refuses, without the stages at which it noticed. */
const refusal =
  /error loading model: (?:error loading model (?:architecture|hyperparameters|vocabulary): )?([^|]+)/;

/** What this machine lacks, or took away meanwhile, is no fault of the file. */
const ofTheMachine = /alloc|memory|mmap|mlock|device|backend|failed to open|read error/i;

/** The error of a model that llama.cpp did not load, from what it logged: of the file, where the fault is the file's. */
export function whyNotLoaded(path: string, complaints: string): HumanError {
  const reason = refusal.exec(complaints)?.[1]?.trim();
  if (reason === undefined || ofTheMachine.test(reason)) {
    return new EngineError(`llama.cpp cannot load ${path}: ${complaints || 'it gave no reason'}`);
  }
  return new InputError(`${path} cannot be run by llama.cpp: ${reason}.`);
}
