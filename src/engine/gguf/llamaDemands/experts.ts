import { weightInLayer } from '../names.ts';
import { GATE_TO_BE_NAMED } from './architectures.ts';
import { type Demand, firstOf } from './demand.ts';

/** `LLAMA_MAX_EXPERTS` of llama-hparams.h. */
const MOST_EXPERTS = 1024;

/** Where one expert counts as none. */
const DENSE_WITH_ONE: ReadonlySet<string> = new Set(['hunyuan-dense', 'hunyuan_vl']);

/** The assertions of `llama_model_base::load_hparams` on the numbers of experts. */
const countsFit: Demand = (facts) => {
  const count = facts.number('expert_count') ?? 0;
  const used = Math.max(0, ...(facts.perLayer('expert_used_count') ?? []));
  const countKey = facts.key('expert_count');
  const usedKey = facts.key('expert_used_count');
  if (count > MOST_EXPERTS) return `${countKey} is ${count}; llama.cpp knows at most ${MOST_EXPERTS}`;
  if (used > count) return `${usedKey} is ${used}, more than the ${count} experts there are (${countKey})`;
  if (count > 0 && used === 0 && !DENSE_WITH_ONE.has(facts.architecture))
    return `of ${count} experts (${countKey}) none is used (${usedKey})`;
  return undefined;
};

const groupsFit: Demand = (facts) => {
  const count = facts.number('expert_count') ?? 0;
  const groups = facts.number('expert_group_count') ?? 0;
  const used = facts.number('expert_group_used_count') ?? 0;
  if (groups === 0 || (groups === 1 && count > 1)) return undefined;
  const key = facts.key('expert_group_count');
  // the best two of every group say how good the group is
  if (groups >= count || count % groups !== 0 || count / groups < 2) {
    return `${count} experts do not divide into ${groups} groups of two or more (${key})`;
  }
  if (used > 0 && used < groups) return undefined;
  return `${facts.key('expert_group_used_count')} is ${used} of ${groups} groups`;
};

/** `llama_expert_gating_func_type` of llama-hparams.h; the graph aborts on any other. */
const gatingIsKnown: Demand = (facts) => {
  const gating = facts.number('expert_gating_func');
  const key = facts.key('expert_gating_func');
  if (gating === undefined && GATE_TO_BE_NAMED.has(facts.architecture)) {
    return (facts.number('expert_count') ?? 0) > 0 ? `${key} is missing` : undefined;
  }
  if (gating === undefined || (gating >= 1 && gating <= 4)) return undefined;
  return `${key} is ${gating}, not 1 to 4`;
};

const tensorsFit: Demand = (facts) => {
  const count = facts.number('expert_count') ?? 0;
  for (const { name, ne } of facts.tensors) {
    if (!/^ffn_(?:gate|up|down|gate_up)_exps$/.test(weightInLayer(name)?.part ?? '')) continue;
    if ((ne[2] ?? 1) !== count) {
      return `${name} holds ${ne[2] ?? 1} experts, but ${facts.key('expert_count')} says ${count}`;
    }
  }
  return undefined;
};

/** What mixtures of experts demand. */
export const expertsFit: Demand = firstOf([countsFit, groupsFit, gatingIsKnown, tensorsFit]);
