import { BlockList, isIP } from 'node:net'
import { WatchwordError } from './watchword-error.ts'

/** Whether an address belongs to a proxy of one's own. */
export type TrustedProxies = (address: string) => boolean

/** Reads a list of addresses and CIDR blocks; throws `invalid-config` for anything else. */
export const parseTrustedProxies = (entries: readonly string[]): TrustedProxies => {
  const list = new BlockList()
  for (const entry of entries) {
    const [address = '', prefix, ...rest] = entry.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix)
    const readable = family !== 0 && rest.length === 0 && (prefix === undefined || /^\d{1,3}$/.test(prefix))
    if (!readable || bits > (family === 6 ? 128 : 32)) {
      throw new WatchwordError('invalid-config', `trustedProxies: ${entry} is neither an address nor a CIDR block`)
    }
    list.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  return (address) => list.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}

/** Reads an address as a proxy or a socket writes it (port, brackets, zone, IPv4 in IPv6); undefined if it is none. */
export const parseAddress = (text: string): string | undefined => {
  const trimmed = text.trim()
  const bracketed = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(trimmed)?.[1]
  const bare = bracketed ?? /^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/.exec(trimmed)?.[1] ?? trimmed
  const address = bare.replace(/%.*$/s, '')
  if (isIP(address) === 0) return undefined
  return /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i.exec(address)?.[1] ?? address
}
