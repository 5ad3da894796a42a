import type { ReviewAction, ReviewContract } from '../../src/protocol/reviewPage.ts';
import type { Host } from '../rpc.ts';

export type ReviewHost = Host<ReviewContract>;
export type Act = (action: ReviewAction) => void;
