import type { TaskContract } from '../../src/protocol/taskPage.ts';
import type { Host } from '../rpc.ts';

/** The host of a task's page. */
export type TaskHost = Host<TaskContract>;
