import { render } from 'preact';
import type { ReviewContract } from '../../src/protocol/reviewPage.ts';
import { connect } from '../rpc.ts';
import '../ui/base.css';
import './review.css';
import { ReviewPage } from './ReviewPage.tsx';

const root = document.getElementById('page');
if (root === null) throw new Error('the page has no root element');
render(<ReviewPage host={await connect<ReviewContract>()} />, root);
