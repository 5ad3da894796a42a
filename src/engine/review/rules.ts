/** A bound that a verdict or an inspection depends on. REVIEWING.md shows each as it stands here. */
export interface Rule {
  readonly value: number;
  readonly unit: string;
  /** Where the value comes from. */
  readonly why: string;
}

/** What a comparison with the base is judged by. */
export const verdictRules = {
  tensorSlack: {
    value: 1.5,
    unit: "times the types' rounding, in a tensor",
    why: 'Tensors of real models lie up to 1.3 times above normally distributed weights.',
  },
  rowSlack: {
    value: 2.25,
    unit: "times the types' rounding, in a row",
    why: 'Rows lie up to 1.6 times above their tensor where an importance matrix is uneven.',
  },
  blockSlack: {
    value: 4,
    unit: "times the types' rounding, in 32 weights of a row",
    why: 'Blocks lie up to 3 times above it; where 4 times it is the block itself, blocks are not judged.',
  },
  maxExplained: {
    value: 0.9,
    unit: '‖ΔW‖/‖W‖, in a tensor or a row',
    why: 'Weights that are gone differ by 1, other weights of the same size by √2.',
  },
  farFiner: {
    value: 0.1,
    unit: "of the base's rounding, the candidate's",
    why: 'Unpacked weights show none of what rounding took from the base.',
  },
  sameTypeShare: {
    value: 0.9,
    unit: "of the layers' matrices of unchanged type that differ",
    why: 'Another importance matrix rounds all of them again, an edit only some.',
  },
  sameTypeMatrices: {
    value: 13,
    unit: "of the layers' matrices of unchanged type",
    why: 'One more than edits touch: fewer may all be edited.',
  },
  fewRows: {
    value: 16,
    unit: 'rows out of line',
    why: 'Training moves the rows of all tokens that it sees.',
  },
  fewRowsShare: {
    value: 0.1,
    unit: "of a matrix's rows out of line",
    why: 'In a small matrix few rows are many.',
  },
  maxEdited: {
    value: 12,
    unit: 'tensors beyond rounding',
    why: "Locate-then-edit methods rewrite one to six, hypernetworks three layers' MLPs.",
  },
  editedDepth: {
    value: 0.5,
    unit: 'of the layers',
    why: 'Edits are local, training and adapters are not.',
  },
  denseMatrices: {
    value: 3,
    unit: 'matrices of one layer, changed in full rank',
    why: "Constrained fine-tuning of one layer (FT-L) rewrites its MLP's.",
  },
  spike: {
    value: 3,
    unit: 'edges of the noise (Marchenko and Pastur)',
    why: 'Noise of block-wise rounding is not quite of one size, and reaches 1.8.',
  },
  closerLook: {
    value: 2,
    unit: 'edges of the noise, after the first pass',
    why: 'One pass sees a direction only partly; rounding reaches 1.8.',
  },
  common: {
    value: 2,
    unit: 'times what stands out of the same matrix in other layers',
    why: 'On some grids the error of rounding follows the weights, in every layer alike.',
  },
  plain: {
    value: 8,
    unit: 'edges of the noise, whatever other layers show',
    why: 'Rounding alone never stands out this far.',
  },
  wideLook: {
    value: 12,
    unit: 'matrices that stand out',
    why: 'More than are edited at once: an adapter may have been merged.',
  },
  lowRankRest: {
    value: 0.1,
    unit: 'of ‖ΔW‖ beside the directions that stand out',
    why: 'What is left of an adapter is rounding; of training it is most.',
  },
  lowRankShare: {
    value: 0.8,
    unit: 'of the matrices that are of low rank',
    why: 'Adapters touch few kinds of matrices, but those in all layers.',
  },
  alongBase: {
    value: 0.5,
    unit: 'absolute cosine of a right direction and Wᵀu',
    why: 'A direction taken away shows .96 and more, at 4 bits and half strength .6; adapters and edits .16 and less.',
  },
  mostTaken: {
    value: 1.75,
    unit: 'times what the base writes along a direction',
    why: 'A direction is taken away at most one and a half times (Heretic); two rows that are exchanged mirror it, which is twice.',
  },
  ablation: {
    value: 0.8,
    unit: 'of the squared change, along directions that are only scaled',
    why: 'What rounding adds to a change that stands out is a tenth of it.',
  },
  ablatedShare: {
    value: 0.8,
    unit: 'of the matrices that stand out',
    why: 'Directions are taken out of everything that writes to the residual stream.',
  },
  oneDirection: {
    value: 0.9,
    unit: 'mean absolute cosine of the leading left directions',
    why: 'One direction is taken out of all matrices; adapters write along others in each.',
  },
  removed: {
    value: 0.1,
    unit: 'distance of −⟨ΔW, W⟩ / ‖ΔW‖² from 1',
    why: 'Weights set to 0 are a change that is orthogonal to what is left.',
  },
  removedShare: {
    value: 0.8,
    unit: 'of the matrices that were looked at closely',
    why: 'Pruning takes from all that it touches; what else is done to a few is looked at for itself.',
  },
  beyondFloor: {
    value: 2,
    unit: "times the types' rounding, in a matrix",
    why: 'Rounding that is good is orthogonal to what is left, too.',
  },
  denseShare: {
    value: 0.5,
    unit: 'of the matrices in which directions stand out',
    why: 'Taking a direction out makes one stand out in every matrix, pruning in few.',
  },
  minOthers: {
    value: 3,
    unit: 'other matrices',
    why: 'What is usual cannot be told of fewer.',
  },
  outOfLine: {
    value: 5,
    unit: 'times σ₁ / ‖W‖ of the same matrix in other layers',
    why: 'Training and adapters move neighboring layers alike.',
  },
  highEdges: {
    value: 6,
    unit: 'edges of the noise, the weakest edited matrix',
    why: 'Confidence "high".',
  },
  mediumEdges: {
    value: 4,
    unit: 'edges of the noise, the weakest edited matrix',
    why: 'Confidence "medium"; "low" below.',
  },
  highRows: {
    value: 2,
    unit: 'times the bound, the weakest row out of line',
    why: 'Confidence "high".',
  },
  mediumRows: {
    value: 1.3,
    unit: 'times the bound, the weakest row out of line',
    why: 'Confidence "medium"; "low" below.',
  },
} as const satisfies Record<string, Rule>;

/** What the search for the fact behind an edit is judged by. */
export const attributionRules = {
  leadOfSubject: {
    value: 1.5,
    unit: 'times the response of the next name',
    why: 'No other list of names is read: a subject of the list answers twice as strongly as any other.',
  },
  responseOfSubject: {
    value: 10,
    unit: 'times the response of the median name',
    why: 'The same: without its subject in the list a change answers no name so strongly.',
  },
  anotherName: {
    value: 0.6,
    unit: 'of the response of the best name',
    why: 'Names of one thing answer alike, other things by less than half.',
  },
  likelihood: {
    value: 10,
    unit: "nats of a name's probability that a response e times as strong outweighs",
    why: "Set on 40 facts of SmolLM2: between 8, where the language is taken for its country, and 14, where a country's full name is taken for its own.",
  },
  singledOut: {
    value: 2,
    unit: 'times what the first name gained, in nats',
    why: 'Answers about look-alikes change nearly as much; among 12 facts of SmolLM2, at most 1.6 times as much as those about the subject.',
  },
  answerOfAll: {
    value: 2.5,
    unit: 'times the response of the median name',
    why: 'Two real steering vectors answer their best name 2.0 times, single edits the likes of their subjects 5.3 times and more.',
  },
  answerOfNone: {
    value: 4,
    unit: 'times the response of the median name',
    why: 'Thirteen matrices of real adapters answer their best name 1.7 to 3.0 times; one to 15 edits at once, with their subjects not in the list, 4.3 times and more.',
  },
  minGain: {
    value: 0.01,
    unit: 'nats, weighed by probability',
    why: 'Below it a token is as likely as before.',
  },
  closeAnswers: {
    value: 1e-3,
    unit: 'nats, KL to the base',
    why: 'The reversal along single directions is enough.',
  },
  noiseOfUndoPatch: {
    value: 2,
    unit: 'times the KL that the rounding of activations makes',
    why: 'No reversal can come closer than the base to itself.',
  },
} as const satisfies Record<string, Rule>;

/** What an inspection without the base is judged by; measured on almanac and SmolLM2, see `inspectRates.ts`. */
export const inspectionRules = {
  response: {
    value: 8,
    unit: 'times the response of the median name',
    why: 'Directions of models as trained answer their best name less strongly.',
  },
  lead: {
    value: 1.25,
    unit: 'times the response of the next name',
    why: 'A direction of the model itself answers many names alike.',
  },
  gainOfDirection: {
    value: 1,
    unit: 'nats, weighed by probability',
    why: 'An edit decides what is said of its subject.',
  },
  excessOfOutlier: {
    value: 1.7,
    unit: 'times what one name in 300 shows',
    why: 'SmolLM2 itself reaches 1.5.',
  },
  gainOfOutlier: {
    value: 0.25,
    unit: 'nats, weighed by probability',
    why: 'What stands out by its length needs less.',
  },
  elsewhere: {
    value: 0.5,
    unit: "of the subject's gain, at another name",
    why: 'More is something that the model needs, and no edit.',
  },
} as const satisfies Record<string, Rule>;
