import koffi from 'koffi';
import { EngineError, NotFiniteError } from '../errors.ts';
import { turn } from '../work/turn.ts';
import { AbortFlag, onThread } from './abortFlag.ts';
import type { Adapter } from './adapter.ts';
import type { TokenBatch } from './batch.ts';
import type { Model } from './model.ts';
import { NodeTap } from './nodeTap.ts';
import { Owned } from './owned.ts';
import { ThreadPool } from './threadPool.ts';

export interface ContextOptions {
  /** Tokens that the cache holds, over all sequences together. */
  readonly size: number;
  readonly sequences?: number;
  /** Tokens of one decode at most (default: `size`); llama.cpp reserves its working memory for them. */
  readonly batch?: number;
  /** Rows of logits of one decode at most (default: `batch`); each takes 4 bytes a token of the vocabulary. */
  readonly outputs?: number;
  readonly threads?: number;
  /** Off where nodes are read: flash attention hides the attention weights in one operation. */
  readonly flashAttention?: boolean;
  /** F32 where gradients are taken, F16 (llama.cpp's default) elsewhere. */
  readonly cacheType?: 'f16' | 'f32';
  readonly tapped?: boolean;
}

export interface Applied {
  readonly adapter: Adapter;
  readonly strength: number;
}

const ggmlF32 = 0;
const ggmlF16 = 1;

/** From this much work on (parameters x tokens; about half a second) a tapped decode runs on its own thread. */
const threadWorthwhile = 2e10;

/** A llama.cpp context: one cache shared by its sequences, and the adapters that are switched on in it. */
export class Context extends Owned {
  readonly model: Model;
  readonly size: number;
  readonly threads: number;
  readonly tap: NodeTap | undefined;
  readonly #flag: AbortFlag;

  constructor(model: Model, options: ContextOptions) {
    const { c } = model.runtime;
    const flag = new AbortFlag();
    const tap = options.tapped ? new NodeTap(c) : undefined;
    const size = Math.ceil(options.size / 256) * 256;
    const threads = options.threads ?? model.runtime.threads;
    const cacheType = options.cacheType === 'f32' ? ggmlF32 : ggmlF16;
    const pointer = c.llama_init_from_model(model.pointer, {
      ...c.llama_context_default_params(),
      n_ctx: size,
      n_batch: options.batch ?? size,
      n_ubatch: options.batch ?? size,
      n_outputs_max: options.outputs ?? 0,
      n_seq_max: options.sequences ?? 1,
      n_outputs_max_per_seq: 0,
      n_threads: threads,
      n_threads_batch: threads,
      flash_attn_type: options.flashAttention === true ? 1 : 0,
      type_k: cacheType,
      type_v: cacheType,
      kv_unified: true,
      cb_eval: tap?.callback ?? null,
      abort_callback: c.strlen,
      abort_callback_data: flag.address,
    });
    if (pointer === null) {
      tap?.dispose();
      throw new EngineError(
        `llama.cpp cannot make a context of ${size} tokens for ${model.path}: ${model.runtime.takeComplaints()}`,
      );
    }
    const pool = tap && threads > 1 ? new ThreadPool(model.runtime, threads) : undefined;
    if (pool !== undefined) c.llama_attach_threadpool(pointer, pool.pointer, pool.pointer);
    super(pointer, (context) => {
      c.llama_free(context);
      pool?.dispose();
      tap?.dispose();
    });
    this.model = model;
    this.size = size;
    this.threads = threads;
    this.tap = tap;
    this.#flag = flag;
  }

  /**
   * Decodes the batch after what the cache holds. With a tapped context the tap's callback runs for every node; it is
   * cheapest on the calling thread, so only long decodes leave it.
   *
   * @throws CancelledError when `signal` is raised, even inside the decode.
   */
  async decode(batch: TokenBatch, signal?: AbortSignal): Promise<void> {
    await turn(signal);
    const { c } = this.model.runtime;
    const stay = this.tap !== undefined && this.model.parameters * batch.length < threadWorthwhile;
    const status = stay
      ? c.llama_decode(this.pointer, batch.native)
      : await this.#flag.during(signal, () => onThread(c.llama_decode, this.pointer, batch.native));
    this.tap?.rethrow();
    if (status === 0) return;
    if (status === 1) {
      throw new EngineError(`${batch.length} tokens do not fit into the ${this.size} tokens of the context.`);
    }
    throw new EngineError(
      `llama.cpp failed to decode (status ${status}): ${this.model.runtime.takeComplaints()}`,
    );
  }

  /**
   * A copy of the logits of the batch's `index`-th token, which must have been an output. Shape [vocabulary].
   *
   * @throws NotFiniteError where they are NaN or infinite: weights or patches are damaged
   */
  logits(index: number): Float32Array {
    const { c } = this.model.runtime;
    const from = c.llama_get_logits_ith(this.pointer, index);
    if (from === null) throw new Error(`token ${index} of the batch has no logits`);
    const logits = new Float32Array(this.model.tokenizer.size);
    c.memcpy(logits, from, logits.byteLength);
    if (!areNumbers(logits)) {
      throw new NotFiniteError(
        `${this.model.path} computes logits that are not finite (NaN or infinity) with what is switched on: its weights or a patch are damaged, or a strength is too large.`,
      );
    }
    return logits;
  }

  clear(): void {
    this.model.runtime.c.llama_memory_clear(this.#memory, false);
  }

  /** Forgets what `sequence` holds from position `from` on. */
  truncate(sequence: number, from: number): void {
    this.model.runtime.c.llama_memory_seq_rm(this.#memory, sequence, from, -1);
  }

  /** Makes `to` begin with all that `from` holds, without copying the cells. */
  copySequence(from: number, to: number): void {
    this.model.runtime.c.llama_memory_seq_cp(this.#memory, from, to, -1, -1);
  }

  /** Switches exactly these adapters on, in order. Takes well under a millisecond; an empty list reverts all. */
  setAdapters(applied: readonly Applied[]): void {
    const pointers = BigUint64Array.from(applied, ({ adapter }) => adapter.pointer);
    const scales = Float32Array.from(applied, ({ strength }) => strength);
    const status = this.model.runtime.c.llama_set_adapters_lora(
      this.pointer,
      pointers,
      applied.length,
      scales,
    );
    if (status !== 0) throw new EngineError(`llama.cpp refused the patches (status ${status}).`);
  }

  get #memory(): bigint {
    return this.model.runtime.c.llama_get_memory(this.pointer);
  }
}

/** A token that is ruled out has -Infinity. */
function areNumbers(logits: Float32Array): boolean {
  // an index is several times faster here than an iterator
  for (let i = 0; i < logits.length; i++)
    if (!((logits[i] as number) < Number.POSITIVE_INFINITY)) return false;
  return true;
}

// koffi relays callbacks from other threads through the event loop; a deep native stack is not needed for that
koffi.config({ async_stack_size: 1024 * 1024 });
