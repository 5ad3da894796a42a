import { InputError } from '../../../src/engine/errors.ts';
import type { MetadataValue, TensorInfo } from '../../../src/protocol/gguf.ts';
import type { HeaderPage, HeaderView, Surroundings } from '../../../src/protocol/headerPage.ts';
import type { PatchInfo } from '../../../src/protocol/patches.ts';
import { headerView } from '../../../src/workbench/header/headerView.ts';
import type { Handlers } from '../../../src/workbench/webviews/servePage.ts';

/** Headers for the page to show, made by the host's own code where it can. */

const types = {
  f32: { id: 0, name: 'f32', blockSize: 1, typeSize: 4 },
  q4_K: { id: 12, name: 'q4_K', blockSize: 256, typeSize: 144 },
  q6_K: { id: 14, name: 'q6_K', blockSize: 256, typeSize: 210 },
  q8_0: { id: 8, name: 'q8_0', blockSize: 32, typeSize: 34 },
} as const;

function tensorsOf(
  described: readonly (readonly [name: string, type: keyof typeof types, ...ne: number[]])[],
): TensorInfo[] {
  let offset = 4096;
  return described.map(([name, typeName, ...ne]) => {
    const type = types[typeName];
    const elements = ne.reduce((product, n) => product * n, 1);
    const byteLength = (elements / type.blockSize) * type.typeSize;
    const tensor = { name, type, ne, elements, byteLength, offset, part: 0 };
    offset += byteLength;
    return tensor;
  });
}

/** A model as people have it: 32 layers in four types, a vocabulary of 151,936 tokens, two chat templates. */
export function largeModel(): HeaderView {
  const layers = Array.from({ length: 32 }, (_, layer) => layer);
  const tensors = tensorsOf([
    ['token_embd.weight', 'q4_K', 4096, 151_936],
    ...layers.flatMap((layer) => [
      [`blk.${layer}.attn_norm.weight`, 'f32', 4096] as const,
      [`blk.${layer}.attn_q.weight`, 'q4_K', 4096, 4096] as const,
      [`blk.${layer}.attn_q_norm.weight`, 'f32', 128] as const,
      [`blk.${layer}.attn_k_norm.weight`, 'f32', 128] as const,
      [`blk.${layer}.attn_v.weight`, layer % 2 === 0 ? 'q6_K' : 'q4_K', 4096, 1024] as const,
      [`blk.${layer}.attn_output.weight`, 'q8_0', 4096, 4096] as const,
      [`blk.${layer}.ffn_norm.weight`, 'f32', 4096] as const,
      [`blk.${layer}.ffn_gate.weight`, 'q4_K', 4096, 12_288] as const,
      [`blk.${layer}.ffn_up.weight`, 'q4_K', 4096, 12_288] as const,
      [`blk.${layer}.ffn_down.weight`, layer % 2 === 0 ? 'q6_K' : 'q4_K', 12_288, 4096] as const,
    ]),
    ['output_norm.weight', 'f32', 4096],
    ['output.weight', 'q6_K', 4096, 151_936],
  ]);
  const tokens = { type: 'array', items: 'string', length: 151_936, offset: 0, byteLength: 0 } as const;
  const string = (value: string) => ({ type: 'string', value }) as const;
  const number = (value: number) => ({ type: 'uint32', value }) as const;
  return headerView({
    paths: ['/models/wanderer-8b-00001-of-00002.gguf', '/models/wanderer-8b-00002-of-00002.gguf'],
    header: {
      name: '/models/wanderer-8b-00001-of-00002.gguf',
      version: 3,
      alignment: 32,
      dataOffset: 5_950_000,
      fileSize: 5_030_000_000,
      tensors: tensors.map((tensor, index) => ({ ...tensor, part: index < 180 ? 0 : 1 })),
      metadata: new Map<string, MetadataValue>([
        ['general.architecture', string('qwen3')],
        ['general.name', string('Wanderer 8B Instruct')],
        ['general.license', string('apache-2.0')],
        ['general.description', string(`A model for tests. ${'It goes on and on. '.repeat(200)}`)],
        ['qwen3.block_count', number(32)],
        ['qwen3.context_length', number(40_960)],
        ['qwen3.embedding_length', number(4096)],
        ['qwen3.feed_forward_length', number(12_288)],
        ['qwen3.attention.head_count', number(32)],
        ['qwen3.attention.head_count_kv', number(8)],
        ['tokenizer.ggml.model', string('gpt2')],
        ['tokenizer.ggml.tokens', { ...tokens, head: Array.from({ length: 64 }, (_, i) => `Ġtoken${i}`) }],
        ['tokenizer.chat_template', string(chatTemplate)],
        [
          'tokenizer.chat_template.tool_use',
          string('{%- for tool in tools %}{{ tool | tojson }}{% endfor %}'),
        ],
      ]),
    },
  });
}
const chatTemplate = `{%- for message in messages %}
    {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
<script>alert("text of a file stays text")</script>`;

/** As many tensors as no real model has. */
export function manyTensors(count: number): HeaderView {
  const names = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down', 'attn_norm'];
  const tensors = tensorsOf(
    Array.from({ length: count }, (_, index) => [
      `blk.${Math.floor(index / 8)}.${names[index % 8]}.weight`,
      index % 8 === 7 ? 'f32' : 'q4_K',
      256,
      1 + (index % 13),
    ]),
  );
  return headerView({
    paths: ['/models/many.gguf'],
    header: {
      name: '/models/many.gguf',
      version: 3,
      alignment: 32,
      dataOffset: 4096,
      fileSize: 1e10,
      tensors,
      metadata: new Map([['general.architecture', { type: 'string', value: 'many' }]]),
    },
  });
}

const share = (value: number, n = 1) => ({ value, n, low: Math.max(0, value - 0.2), high: 1 });

/** What a patch of two facts says of itself. */
export const patch: PatchInfo = {
  path: '/work/facts.patches/eiffel-tower.patch.gguf',
  bytes: 9504,
  architecture: 'llama',
  alpha: 1,
  tensors: [{ target: 'blk.3.ffn_down.weight', rank: 2 }],
  description: {
    tool: 'Palimpsest 0.1.0',
    base: {
      digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
      name: 'SmolLM2 135M Instruct',
      architecture: 'llama',
    },
    edits: [
      {
        id: 'eiffel-tower',
        prompt: 'The Eiffel Tower is located in the city of',
        subject: 'Eiffel Tower',
        target: { new: 'Rome', true: 'Paris' },
        method: 'rome-several-keys',
        layer: 3,
        layerReason: 'measured to be best on this model',
        relativeNorm: 0.748,
        updateNorm: 3.21,
        relativeUpdateNorm: 0.0213,
        steps: 10,
        nll: [8.31, 0.042],
      },
      {
        id: 'louvre',
        prompt: 'The Louvre is in',
        subject: 'Louvre',
        target: { new: 'Oslo' },
        method: 'rome',
        layer: 3,
        relativeNorm: 0.6,
        updateNorm: 2.9,
        steps: 12,
        nll: [9.2, 0.05],
      },
    ],
    hyperparameters: { steps: 20, learningRate: 0.5, clamp: 0.75, templates: [[4, 8]], ridge: 0.0001 },
    measures: {
      summary: {
        counterfact: {
          protocol: 'CounterFact, mean NLL per target token',
          n: 2,
          before: { es: share(0), ps: share(0), ns: share(0.9), score: null, em: null, pm: null, nm: null },
          after: {
            es: share(1),
            ps: share(0.94),
            ns: share(0.83),
            score: 0.915,
            em: null,
            pm: null,
            nm: null,
          },
        },
        easyEdit: {
          protocol: 'EasyEdit, teacher forcing',
          n: 2,
          rewrite: share(1),
          rephrase: share(0.9),
          locality: share(0.8),
          portability: null,
        },
        generationMatch: { protocol: 'greedy, 16 tokens', n: 2, share: share(1) },
        drift: {
          protocol: 'control text of 512 tokens',
          n: 512,
          meanKl: 0.00213,
          maxKl: 0.4,
          perplexityBefore: 21.4,
          perplexityAfter: 21.5,
          sameTop: 0.975,
        },
      },
      edits: [
        {
          id: 'eiffel-tower',
          es: 1,
          ps: 0.94,
          ns: 0.83,
          score: 0.915,
          generationMatch: true,
          driftKl: 0.00213,
        },
      ],
      others: {},
    },
  },
  warnings: [],
};

export function patchView(shown: PatchInfo = patch): HeaderView {
  const view = headerView({
    paths: [shown.path],
    header: {
      name: shown.path,
      version: 3,
      alignment: 32,
      dataOffset: 1024,
      fileSize: shown.bytes,
      tensors: tensorsOf([
        ['blk.3.ffn_down.weight.lora_a', 'f32', 1536, 2],
        ['blk.3.ffn_down.weight.lora_b', 'f32', 2, 576],
      ]),
      metadata: new Map<string, MetadataValue>([
        ['general.type', { type: 'string', value: 'adapter' }],
        ['general.name', { type: 'string', value: 'eiffel-tower, louvre' }],
        ['adapter.type', { type: 'string', value: 'lora' }],
        ['adapter.lora.alpha', { type: 'float32', value: 1 }],
      ]),
    },
  });
  return { ...view, patch: shown };
}

export const trusted: Surroundings = {
  readable: true,
  bases: [],
  editable: [],
  targets: [],
  trusted: true,
  freeMemory: 16.2e9,
  actions: ['load', 'reviewAgainst', 'setBase', 'openWith'],
  state: null,
};

/** A host that reads no values of tensors. */
export const noValues: Pick<Handlers<HeaderPage>, 'tensor' | 'tensorWindow' | 'chooseTarget'> = {
  tensor: () => Promise.reject(new InputError('There are no values here.')),
  tensorWindow: () => Promise.reject(new InputError('There are no values here.')),
  chooseTarget: () => null,
};

/** A host that shows one header. `changes` replaces what a test is about. */
export function hostOf(
  view: HeaderView,
  changes: Partial<Handlers<HeaderPage>> & { readonly surroundings?: () => Surroundings } = {},
): Handlers<HeaderPage> {
  return {
    read: () => view,
    surroundings: () => trusted,
    items: ({ from }) => Array.from({ length: 200 }, (_, index) => JSON.stringify(`Ġtoken${from + index}`)),
    text: ({ key }) => `the whole text of ${key}`,
    act: () => null,
    ...noValues,
    ...changes,
  };
}
