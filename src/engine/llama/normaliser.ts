import { f32, Graph, type Tensor } from './graph.ts';
import type { Runtime } from './runtime.ts';
import { Computation, Devices, type TensorBuffer } from './scheduler.ts';

const room = 8;

/**
 * The normaliser of rows of logits by ggml's softmax: a vocabulary of 262,144 tokens takes a fifth of a millisecond, a
 * loop in JavaScript ten times as long.
 */
export class Normaliser implements Disposable {
  readonly #devices: Devices;
  readonly #inputs: Graph;
  readonly #graph: Graph;
  readonly #buffer: TensorBuffer;
  readonly #logits: Tensor;
  readonly #probabilities: Tensor;
  readonly #likely: Tensor;
  readonly #computation: Computation;

  /** @param size of the vocabulary */
  constructor(runtime: Runtime, size: number) {
    this.#devices = new Devices(runtime, 1);
    this.#inputs = new Graph(runtime, room);
    this.#logits = this.#inputs.tensor(f32, size);
    this.#buffer = this.#devices.allocate(this.#inputs);
    this.#graph = new Graph(runtime, room);
    this.#probabilities = this.#graph.softMax(this.#logits);
    this.#likely = this.#graph.argmax(this.#logits);
    this.#computation = new Computation(
      this.#devices,
      this.#graph,
      [this.#probabilities, this.#likely],
      room,
    );
  }

  /** log Σ exp of the logits, good to 1e-7; NaN where one of them is NaN or +∞. Waits for the result. */
  logSumExp(logits: Float32Array): number {
    const { c } = this.#devices.runtime;
    c.ggml_backend_tensor_set(this.#logits.pointer, logits, 0, logits.byteLength);
    this.#computation.runHere();
    // what is likeliest is read off by its own probability, which is not small
    const token = new Int32Array(1);
    c.ggml_backend_tensor_get(this.#likely.pointer, token, 0, token.byteLength);
    const [likely = Number.NaN] = token;
    const probability = new Float32Array(1);
    c.ggml_backend_tensor_get(this.#probabilities.pointer, probability, 4 * likely, probability.byteLength);
    return (logits[likely] as number) - Math.log(probability[0] as number);
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#graph.dispose();
    this.#buffer.dispose();
    this.#inputs.dispose();
    this.#devices[Symbol.dispose]();
  }
}
