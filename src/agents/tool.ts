import { access } from 'node:fs/promises';
import path from 'node:path';
import type * as z from 'zod';
import { InputError } from '../engine/errors.ts';
import type { EngineApi } from '../engine/work/engineApi.ts';
import type { Work } from '../engine/work/progress.ts';

/** What a tool works with: the engine, and the folder that paths are relative to. */
export interface Surroundings {
  readonly engine: EngineApi;
  readonly folder: string;
}

/** Something that a language model may call: described once, served over MCP and in VS Code. */
export interface AgentTool<I extends z.ZodObject = z.ZodObject> {
  /** In snake case; `palimpsest_` stands before it where tools of others are near. */
  readonly name: string;
  readonly title: string;
  /** For the language model: what it does, when to take it, what it does not say. */
  readonly description: string;
  readonly input: I;
  /** It writes a new file. It never writes over one. */
  readonly writes: boolean;
  /** A short answer as text. @throws HumanError with a sentence for people and models alike */
  readonly run: (input: z.infer<I>, surroundings: Surroundings, work: Work) => Promise<string>;
}

/** Keeps the type of the input between its schema and what is done with it. */
export function tool<I extends z.ZodObject>(described: AgentTool<I>): AgentTool {
  // what is called has been checked against the schema
  return described as unknown as AgentTool;
}

/** A file of the user's. Models are never downloaded for an agent, so that a URI is a path like any other. */
export const fileIn = ({ folder }: Surroundings, file: string): string => path.resolve(folder, file);

/** A file to be written. @throws InputError where something is there already, or it is no GGUF file by its name */
export async function newFile(surroundings: Surroundings, file: string): Promise<string> {
  const target = fileIn(surroundings, file);
  if (!/\.gguf$/i.test(target)) {
    throw new InputError(`${file} is to be a GGUF file; give it a name that ends in .gguf.`);
  }
  const isThere = await access(target).then(
    () => true,
    () => false,
  );
  if (isThere) throw new InputError(`${file} is there already; name another file.`);
  return target;
}

export const patchesIn = (surroundings: Surroundings, patch: string | undefined) =>
  patch === undefined ? [] : [{ path: fileIn(surroundings, patch), strength: 1 }];
