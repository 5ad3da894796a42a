/** A folder or file where one thing happens, and what that is. */
export interface Room {
  /** Relative to the repository; what lies below belongs to it, unless to a room of its own. */
  readonly path: string;
  readonly what: string;
}

/** From the ground up: a room imports only from rooms that stand before it here. */
export const ROOMS: readonly Room[] = [
  {
    path: 'src/text',
    what: 'what is shown of text and numbers: one escaper for what cannot be seen, and HTML, Markdown, CSV and SARIF in which foreign text stays text; reports and their page; words and where they stand',
  },
  {
    path: 'src/protocol',
    what: 'what crosses a process or webview boundary: zod schemas and the types derived from them, the registries of methods, hyperparameters and measures, and what is said alike of results everywhere (`outcome`, `otherState`)',
  },
  {
    path: 'src/rpc',
    what: 'calls between two ends of a channel, processes or webviews: asked, answered, followed, canceled, failed in a sentence',
  },
  {
    path: 'src/formats',
    what: 'what lies in files, version by version: a folder a format, `v1.ts` its schema, `index.ts` reads any version',
  },
  { path: 'src/engine/version.ts', what: 'versions: of the tool, and of the llama.cpp that it knows' },
  { path: 'src/engine/errors.ts', what: 'the errors that people read' },
  {
    path: 'src/engine/work',
    what: "what all work shares: turns of the event loop, progress, the queue, the engine's interface, its settings by environment",
  },
  {
    path: 'src/engine/files',
    what: 'files and folders: read by position, written whole or not at all, temporary ones, digests, errors in a sentence',
  },
  {
    path: 'src/engine/servers',
    what: "llama.cpp's RPC servers: named, greeted, watched",
  },
  {
    path: 'src/engine/json',
    what: 'reading and printing the JSON that people write: bounded, with complaints by line',
  },
  {
    path: 'src/engine/numeric',
    what: 'arithmetic in JavaScript: random numbers, medians, vectors, small matrices and their factors in float64',
  },
  {
    path: 'src/engine/gguf',
    what: 'reading the container: bounded headers by position, split models, what an adapter holds',
  },
  {
    path: 'src/engine/gguf/llamaDemands',
    what: 'what llama.cpp asserts of a model, checked before it sees the file: hyperparameters, heads, experts, types of weights, vocabulary',
  },
  {
    path: 'src/engine/safetensors',
    what: "Hugging Face folders in GGUF's terms: headers, what the converter makes of names and layouts as a table, values made as they are read",
  },
  {
    path: 'src/engine/llama',
    what: 'the binding: libraries, struct layouts, `Model`, `Context`, `Adapter`, `NodeTap`, `Graph`, `Computation`',
  },
  {
    path: 'src/engine/weights',
    what: 'values of tensors through ggml: quantized, dequantized, finite or not, written into a GGUF',
  },
  {
    path: 'src/engine/cache',
    what: 'what is computed once and kept: a private folder, digests of source and content, the least recently used goes',
  },
  {
    path: 'src/engine/remote',
    what: "models that lie elsewhere, laid out as files with holes that are filled as they are read: references, the hub's interface, ranges, what is kept of them",
  },
  {
    path: 'src/engine/linalg',
    what: 'large matrices through ggml: solving to float64 with factors in F32 on every core, eigenvectors at one end of a spectrum',
  },
  {
    path: 'src/engine/autodiff/rules',
    what: 'the operations of ggml by families: rebuilt, and their gradients',
  },
  { path: 'src/engine/autodiff', what: 'trace → twin → gradient' },
  {
    path: 'src/engine/chat',
    what: "conversations through a model's own chat template, as llama.cpp's server makes them; `templateCode` reads what a template does",
  },
  {
    path: 'src/engine/measures',
    what: 'one file per published protocol, pure functions over what was read',
  },
  {
    path: 'src/engine/inspection',
    what: 'reading a model: scoring, generation, locality, activations, neurons, attention, logit lens, causal tracing',
  },
  {
    path: 'src/engine/judging',
    what: "who says whether an answer is safe: a rule, a classifier as GGUF, the user's own command",
  },
  {
    path: 'src/engine/contextDefence',
    what: 'undoing facts in context with nothing but the likeliest next tokens: detector, search',
  },
  { path: 'src/engine/datasets', what: 'records of published data sets, imported into edits files' },
  {
    path: 'src/engine/editing/session',
    what: 'what all edits of one loaded model share: context, devices, covariances; which layers can be edited, and the memory it takes',
  },
  {
    path: 'src/engine/editing/hyperparameters',
    what: "the table's defaults, what serves each model, and what callers ask for",
  },
  {
    path: 'src/engine/editing/keys',
    what: 'keys at the lookup token, their covariance over text, and its null space',
  },
  {
    path: 'src/engine/gradients',
    what: 'the gradient of an answer by every state of a pass: gradient · activation, attribution patching, Jacobian lens',
  },
  { path: 'src/engine/editing/patches', what: 'ΔW as a LoRA in GGUF: made, written, read, baked' },
  {
    path: 'src/engine/editing/value',
    what: 'δ, what the MLP should add at the subject: prompts, objective, Adam',
  },
  { path: 'src/engine/editing/methods', what: 'one file per method' },
  { path: 'src/engine/editing/editsFile', what: 'edits files: read, checked against a model, written' },
  { path: 'src/engine/editing', what: 'edits planned, run one after the other, made into a patch' },
  { path: 'src/engine/editing/sweep', what: 'which layer serves best, tried and kept' },
  {
    path: 'src/engine/provenance',
    what: 'signing and verifying (OpenSSF Model Signing), the statement of edits',
  },
  {
    path: 'src/engine/process',
    what: 'the engine served from a child process that may crash, and its client',
  },
  {
    path: 'src/engine/review',
    what: 'the audit of a checkpoint: `difference` of its tensors and their spectra, the kind of change, `attribution` to a fact, `undoPatch`, `policy`, `reports`',
  },
  {
    path: 'src/engine/git',
    what: "files of a repository's revisions, of Git LFS too, and policies as a revision holds them",
  },
  {
    path: 'src/engine/bisect',
    what: 'where an answer came in: the states of a model in files, in Git and on the hub, and which of them are asked',
  },
  {
    path: 'src/engine/evaluation',
    what: 'the files of an evaluation: tables, curves, a page of plots',
  },
  {
    path: 'src/engine/facade',
    what: 'the parts put together, a file per kind of call; `measuring` and `redteam`',
  },
  { path: 'src/engine/engine.ts', what: 'the engine as one class' },
  { path: 'src/engine/client.ts', what: 'the same, in a child process' },
  { path: 'src/engine/host.ts', what: 'entry of that process' },
  {
    path: 'src/agents',
    what: 'tools for language models, each described once; served over MCP by `palimpsest mcp`, and by the workbench in VS Code',
  },
  {
    path: 'src/cli',
    what: 'one file per command; `gate` what a branch changes',
  },
  {
    path: 'src/workbench',
    what: "VS Code: models, edits and their language and tests, patches, the .gguf editor, the inspector's and the review's hosts; `tasks` runs and keeps long work with a page of its own",
  },
  {
    path: 'src/browser',
    what: "the extension where no machine is behind the window (vscode.dev): headers, patches and reports are viewed; `node` stands in for Node's modules",
  },
  { path: 'src/extension.ts', what: 'entry of the extension' },
  {
    path: 'webview',
    what: 'the pages of the .gguf editor, the inspector, the review, the table of edits and of tasks; `ui` alone imports the toolkit, `charts` draws',
  },
];
