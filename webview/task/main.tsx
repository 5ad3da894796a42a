import { render } from 'preact';
import type { TaskContract } from '../../src/protocol/taskPage.ts';
import { connect } from '../rpc.ts';
import '../ui/base.css';
import './task.css';
import { TaskPage } from './TaskPage.tsx';

/** The page of a task: how far it is, and what came of it. */
const root = document.getElementById('page');
if (root === null) throw new Error('The page has no root.');
render(<TaskPage host={await connect<TaskContract>()} />, root);
