import path from 'node:path';
import { Uri, workspace } from 'vscode';
import { type Server, serversIn } from '../../engine/servers/addresses.ts';
import { METHODS, type Method } from '../../protocol/methods.ts';
import { PRESETS, type PresetName } from '../../protocol/presets.ts';

/** The settings under `palimpsest.`, each read where it is used so that a change holds from then on. */

const get = <T>(name: string, otherwise: T): T =>
  workspace.getConfiguration('palimpsest').get(name, otherwise);

/** Threads that the engine computes with; undefined for as many as there are processors. */
export function engineThreads(): number | undefined {
  const threads = get('engine.threads', 0);
  return Number.isInteger(threads) && threads > 0 ? threads : undefined;
}

/** Bytes that a model and an edit of it may take; undefined for what is free. */
export function engineMemory(): number | undefined {
  const gigabytes = get('engine.memory', 0);
  return Number.isFinite(gigabytes) && gigabytes > 0 ? gigabytes * 1e9 : undefined;
}

/** RPC servers to compute on. @throws InputError where the setting names none */
export function engineServers(): Server[] {
  return serversIn(get('engine.rpc', ''), get('engine.rpcInsecure', false));
}

/** Minutes without work after which the engine's process ends; 0 for never. */
export function idleMinutes(): number {
  return Math.max(0, get('engine.stopWhenIdleMinutes', 30));
}

/** The method of edits that name none; undefined for the engine's default. */
export function editMethod(): Method | undefined {
  const wished = get<string>('edits.method', '');
  return METHODS.find((method) => method === wished);
}

/** The configuration that edits start from. */
export function editPreset(): PresetName {
  const wished = get<string>('edits.preset', 'default');
  return PRESETS.find((preset) => preset === wished) ?? 'default';
}

/** Hyperparameters of edits that ask for no others, unchecked: what there is depends on the method. */
export function editHyperparameters(): Readonly<Record<string, unknown>> {
  const wished = get<unknown>('edits.hyperparameters', {});
  return typeof wished === 'object' && wished !== null ? { ...wished } : {};
}

/** Whether an edit holds the subject's other facts. */
export function protectOtherFacts(): boolean {
  return get('edits.protectOtherFacts', false);
}

/** PEM files of those whose signatures are accepted. */
export function trustedFiles(): string[] {
  const files = get<unknown>('signatures.trusted', []);
  return Array.isArray(files)
    ? files.filter((file): file is string => typeof file === 'string' && file !== '')
    : [];
}

/** The file of names that reviews of a checkpoint try as subjects; undefined for those that ship with the tool alone. */
export function subjectsFile(checkpoint: string): string | undefined {
  const uri = Uri.file(checkpoint);
  const file = workspace.getConfiguration('palimpsest', uri).get('review.subjects', '').trim();
  if (file === '') return undefined;
  const folder = workspace.getWorkspaceFolder(uri) ?? workspace.workspaceFolders?.[0];
  return path.resolve(folder?.uri.fsPath ?? path.dirname(checkpoint), file);
}
