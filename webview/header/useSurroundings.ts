import { useEffect, useState } from 'preact/hooks';
import type { HeaderPage, Surroundings } from '../../src/protocol/headerPage.ts';
import type { Host } from '../rpc.ts';

/** What is around the file, kept up to date; null until the host has told it. */
export function useSurroundings(host: Host<HeaderPage>): Surroundings | null {
  const [surroundings, setSurroundings] = useState<Surroundings | null>(null);
  useEffect(() => {
    void host.call('surroundings').then((first) => setSurroundings((told) => told ?? first));
    return host.on('surroundings', setSurroundings);
  }, [host]);
  return surroundings;
}
