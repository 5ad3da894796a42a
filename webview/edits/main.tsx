import { render } from 'preact';
import type { EditsTableContract } from '../../src/protocol/editsTable.ts';
import { connect } from '../rpc.ts';
import '../ui/base.css';
import { EditsTable } from './EditsTable.tsx';
import './edits.css';

/** The page that compares the edits of a file. */
const root = document.getElementById('page');
if (root === null) throw new Error('The page has no root.');
const host = await connect<EditsTableContract>();
render(<EditsTable host={host} />, root);
