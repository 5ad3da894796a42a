/** The bytes of the module, which the build makes of its text (scripts/wat.mjs). */
declare const module: Uint8Array<ArrayBuffer>;
export default module;
