import { render } from 'preact';
import type { InspectorContract } from '../../src/protocol/inspector.ts';
import { connect } from '../rpc.ts';
import '../ui/base.css';
import './inspector.css';
import { Inspector } from './Inspector.tsx';

const root = document.getElementById('page');
if (root === null) throw new Error('the page has no root element');
render(<Inspector host={await connect<InspectorContract>()} />, root);
