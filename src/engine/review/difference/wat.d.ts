/** WebAssembly in its text form; the build makes a module's bytes of it (scripts/wat.mjs). */
declare module '*.wat' {
  const bytes: Uint8Array<ArrayBuffer>;
  export default bytes;
}
