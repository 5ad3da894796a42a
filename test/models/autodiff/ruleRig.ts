import { rules } from '../../../src/engine/autodiff/rules/index.ts';
import { Graph, isContiguous, sameShape, type Tensor } from '../../../src/engine/llama/graph.ts';
import type { Pointer } from '../../../src/engine/llama/library.ts';
import { Computation, type Devices, type TensorBuffer } from '../../../src/engine/llama/scheduler.ts';
import { elements, readTensor, type TensorStruct } from '../../../src/engine/llama/tensor.ts';
import { Random } from '../../../src/engine/numeric/random.ts';
import { type RuleCase, valuesOf } from './ruleCases.ts';

/**
 * One rule at work on random operands: y by its forward, and for the loss sum(w y) with random w the gradients of the
 * node's sources by its backward. Whatever lies between the operands and the node (a permutation) is differentiated
 * by the rules for it, as in the twin.
 */
export class RuleRig implements Disposable {
  readonly node: TensorStruct;
  readonly weights: Float32Array;
  readonly values: (Float32Array | Int32Array)[];
  readonly #devices: Devices;
  readonly #graph: Graph;
  readonly #leaves: Graph;
  readonly #buffer: TensorBuffer;
  readonly #operands: readonly Tensor[];
  readonly #output: Tensor;
  readonly #gradients: readonly (Tensor | undefined)[];
  readonly #computation: Computation;

  constructor(devices: Devices, test: RuleCase) {
    const { c } = devices.runtime;
    this.#devices = devices;
    this.#graph = new Graph(devices.runtime, 256);
    this.#leaves = new Graph(devices.runtime, 16);
    const random = new Random(test.op.length + test.says.length);
    const leaf = ({ ne, type = 0 }: { ne: readonly number[]; type?: number }) =>
      this.#leaves.tensor(type, ...ne);
    this.values = test.operands.map((operand) => valuesOf(operand, random));
    this.#operands = test.operands.map(leaf);
    const steps = chain(c, test.build(this.#graph, this.#operands), this.#operands);
    const last = steps.at(-1);
    if (last === undefined) throw new Error('the case builds no node');
    this.node = last;
    this.weights = random.normals(elements(last.ne));
    const seed = leaf(last);

    const tensors = new Map<Pointer, Tensor>(this.#operands.map((tensor) => [tensor.pointer, tensor]));
    const tape = steps.map((struct) => {
      const op = struct === last ? test.op : c.ggml_op_name(struct.op);
      const rule = rules.get(op);
      if (rule === undefined) throw new Error(`no rule for ${op}`);
      const inputs = struct.src.map((pointer) => tensors.get(pointer));
      const sources = struct.src.map((pointer) => (pointer === 0n ? undefined : readTensor(c, pointer)));
      const output = rule.forward(this.#graph, inputs, { struct, sources });
      tensors.set(struct.pointer, output);
      return { rule, struct, sources, inputs, output };
    });
    this.#output = tape.at(-1)?.output ?? seed;

    const gradients = new Map<Pointer, Tensor>([[this.#output.pointer, seed]]);
    for (const entry of tape.toReversed()) {
      const incoming = gradients.get(entry.output.pointer);
      if (incoming === undefined) continue;
      const gradient = isContiguous(incoming) ? incoming : this.#graph.cont(incoming);
      const parts = entry.rule.backward(this.#graph, {
        ...entry,
        gradient,
        needs: () => true,
        throughWeight: () => undefined,
        rows: (index) => entry.inputs[index] ?? seed,
      });
      for (const [index, part] of parts.entries()) {
        const target = entry.inputs[index];
        if (part === undefined || target === undefined) continue;
        const sum = gradients.get(target.pointer);
        gradients.set(target.pointer, sum === undefined ? part : this.#graph.add(sum, part));
      }
    }
    this.#gradients = this.#operands.map(({ pointer, ne }) => {
      const gradient = gradients.get(pointer);
      if (gradient === undefined) return undefined;
      if (!sameShape(gradient.ne, ne))
        throw new Error(`a gradient of shape ${gradient.ne} for an operand of ${ne}`);
      return this.#graph.cont(gradient);
    });
    this.#buffer = devices.allocate(this.#leaves);
    for (const [index, values] of this.values.entries()) this.set(index, values);
    this.#write(seed, this.weights);
    const wanted = this.#gradients.filter((gradient) => gradient !== undefined);
    const output = this.#output.type === 0 ? this.#graph.cont(this.#output) : this.#output;
    this.#output = output;
    this.#computation = new Computation(devices, this.#graph, [output, ...wanted], 256);
  }

  set(operand: number, values: Float32Array | Int32Array): void {
    const tensor = this.#operands[operand];
    if (tensor !== undefined) this.#write(tensor, values);
  }

  async run(): Promise<void> {
    await this.#computation.run();
  }

  /** The values of y, after a run. */
  output(): Float32Array {
    return this.#read(this.#output);
  }

  /** d sum(w y) / d operand, after a run; undefined where the rule gives none. */
  gradient(operand: number): Float32Array | undefined {
    const gradient = this.#gradients[operand];
    return gradient && this.#read(gradient);
  }

  #write(tensor: Tensor, values: Float32Array | Int32Array): void {
    this.#devices.runtime.c.ggml_backend_tensor_set(tensor.pointer, values, 0, values.byteLength);
  }

  #read(tensor: Tensor): Float32Array {
    const values = new Float32Array(elements(tensor.ne));
    this.#devices.runtime.c.ggml_backend_tensor_get(tensor.pointer, values, 0, values.byteLength);
    return values;
  }

  [Symbol.dispose](): void {
    this.#computation.dispose();
    this.#buffer.dispose();
    this.#leaves.dispose();
    this.#graph.dispose();
  }
}

/** The nodes from the operands up to `node`, in order. */
function chain(c: Devices['runtime']['c'], node: Tensor, operands: readonly Tensor[]): TensorStruct[] {
  const known = new Set(operands.map(({ pointer }) => pointer));
  const steps: TensorStruct[] = [];
  const visit = (pointer: Pointer): void => {
    if (pointer === 0n || known.has(pointer)) return;
    known.add(pointer);
    const struct = readTensor(c, pointer);
    for (const source of struct.src) visit(source);
    steps.push(struct);
  };
  visit(node.pointer);
  return steps;
}
