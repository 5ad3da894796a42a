import * as z from 'zod';

/** llama.cpp's RPC backend: built for this machine, and its devices served to others. */

export const RpcBuildParams = z.strictObject({
  source: z
    .string()
    .min(1)
    .optional()
    .describe("llama.cpp's source, a checkout or a Git bundle; node-llama-cpp's own without it."),
  again: z.boolean().optional().describe('Build it even if it is there.'),
});

export const RpcBuilt = z.strictObject({
  module: z.string().describe('The RPC backend, client and server in one.'),
  llama: z.string().describe('The version of llama.cpp that it is for.'),
  compiler: z.string().nullable().describe('null where it was there already.'),
  seconds: z.number(),
});
export type RpcBuilt = z.infer<typeof RpcBuilt>;

export const RpcServeParams = z.strictObject({
  host: z.string().min(1),
  port: z.int().min(1).max(65534).describe('llama.cpp answers here, and Palimpsest at the next.'),
});

export const RpcServing = z.strictObject({
  llama: z.string(),
  devices: z.array(
    z.strictObject({
      name: z.string(),
      description: z.string(),
      free: z.number().describe('Bytes of memory.'),
      total: z.number(),
    }),
  ),
});
export type RpcServing = z.infer<typeof RpcServing>;
