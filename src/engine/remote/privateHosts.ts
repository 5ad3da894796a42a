import { lookup as lookUp } from 'node:dns';
import { lookup } from 'node:dns/promises';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { Refused } from './refused.ts';

/** Addresses that the public network does not lead to: RFC 6890 and its registries. */
const v4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const;
const v6 = [
  ['::', 128],
  ['::1', 128],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const;

const own = new BlockList();
for (const [net, prefix] of v4) own.addSubnet(net, prefix, 'ipv4');
for (const [net, prefix] of v6) own.addSubnet(net, prefix, 'ipv6');

/** Is the address of this machine, or of a network that only it is part of? IPv4 within IPv6 counts as IPv4. */
export function isPrivateAddress(address: string): boolean {
  return own.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4');
}

/** @param host as in a URL, so IPv6 stands in brackets */
export async function isPrivateHost(host: string): Promise<boolean> {
  const bare = host.replace(/^\[|\]$/g, '');
  if (isIP(bare) !== 0) return isPrivateAddress(bare);
  // a name that is not known fails when it is connected to
  const found = await lookup(bare, { all: true }).catch(() => []);
  return found.some(({ address }) => isPrivateAddress(address));
}

/**
 * Looks a host up for a connection, and refuses private addresses: checked on the address that is connected to, a name
 * cannot be public when it is checked and private when it is used.
 */
export const lookUpPublic: LookupFunction = (host, options, callback) => {
  lookUp(host, options, (error, found, family) => {
    const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
    const refused = error ?? (addresses.some(isPrivateAddress) ? refusal(host) : null);
    if (refused === null) callback(null, found, family);
    else callback(refused as NodeJS.ErrnoException, [], undefined);
  });
};

export const refusal = (host: string): Refused =>
  new Refused(`it leads to ${host}, which lies in a private network, from an address that does not`);
