import type { AgentTool } from './tool.ts';
import { bake, edit, measure } from './tools/editing.ts';
import { generate, info, probe, readPatch, targets, trace } from './tools/reading.ts';
import { inspect, review } from './tools/reviewing.ts';

/** What language models may call, those that write files last. */
export const agentTools: readonly AgentTool[] = [
  info,
  targets,
  readPatch,
  probe,
  generate,
  trace,
  review,
  inspect,
  measure,
  edit,
  bake,
];
