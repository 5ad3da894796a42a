import { useEffect, useState } from 'preact/hooks';
import type { HeaderPage, Surroundings } from '../../src/protocol/headerPage.ts';
import type { Host } from '../rpc.ts';

/** What is around the file, kept up to date; asked for again when `header`, the state of the header, is another. */
export function useSurroundings(host: Host<HeaderPage>, header: string): Surroundings | null {
  const [surroundings, setSurroundings] = useState<Surroundings | null>(null);
  useEffect(() => host.on('surroundings', setSurroundings), [host]);
  useEffect(() => {
    void host.call('surroundings').then(setSurroundings);
  }, [host, header]);
  return surroundings;
}
