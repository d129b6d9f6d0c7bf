import { isIPv4, isIPv6 } from 'node:net'

/** An IP address as a collector that has a type for addresses takes it, with its version; undefined for none, and for any other text. */
export function sourceAddress(ip: string | null): Readonly<{ ip: string; version: 4 | 6 }> | undefined {
  if (ip === null) return undefined
  if (isIPv4(ip)) return { ip, version: 4 }
  // A zone means something on one machine alone.
  return isIPv6(ip) && !ip.includes('%') ? { ip, version: 6 } : undefined
}
