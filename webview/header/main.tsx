import { render } from 'preact';
import type { HeaderPage } from '../../src/protocol/headerPage.ts';
import { connect } from '../rpc.ts';
import '../ui/base.css';
import { HeaderEditor } from './HeaderEditor.tsx';
import './header.css';

/** The page of the .gguf editor. */
const root = document.getElementById('page');
if (root === null) throw new Error('The page has no root.');
const host = await connect<HeaderPage>();
render(<HeaderEditor host={host} />, root);
