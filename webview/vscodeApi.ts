/** What VS Code gives a page to speak with its host, and to remember what should survive being hidden. */
interface VsCodeApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

/** It can be acquired only once. */
export const vscodeApi: VsCodeApi = acquireVsCodeApi();
