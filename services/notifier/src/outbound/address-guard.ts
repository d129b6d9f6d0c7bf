import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'
import { OutboundError } from './outbound-error.ts'

/** An address to connect to, and to nothing else. */
export type PinnedAddress = Readonly<{ address: string; family: 4 | 6 }>

/** Where deliveries may go: every public address, and the networks that an operator names. */
export interface AddressGuard {
  /**
   * Resolves a host once. Rejects with an OutboundError unless every one of its addresses may be asked; in the clear, only those of the networks that
   * are named.
   */
  resolve(hostname: string, isEncrypted: boolean): Promise<readonly PinnedAddress[]>
}

export type Resolver = (hostname: string) => Promise<readonly string[]>

const systemResolver: Resolver = async (hostname) => {
  const found = await lookup(hostname, { all: true, verbatim: true })
  return found.map(({ address }) => address)
}

type Network = readonly [ipaddr.IPv4 | ipaddr.IPv6, number]

/** `allowedNetworks` in CIDR notation; throws a TypeError for what is none. */
export function createAddressGuard(
  allowedNetworks: readonly string[],
  resolver: Resolver = systemResolver,
): AddressGuard {
  const allowed = allowedNetworks.map(parseNetwork)
  return {
    async resolve(hostname, isEncrypted) {
      const host = hostname.replace(/^\[(.*)\]$/, '$1')
      const addresses = isIP(host) === 0 ? await namesAddresses(host, resolver) : [host]
      if (addresses.length === 0) throw new OutboundError('host-unknown', 'the host has no address')
      return addresses.map((text) => {
        const parsed = parseAddress(text)
        if (parsed === undefined || !(isNamed(parsed, allowed) || (isEncrypted && isPublic(parsed))))
          throw new OutboundError('address-refused', 'the host has an address that is not public and not allowed')
        return { address: parsed.toString(), family: parsed.kind() === 'ipv4' ? 4 : 6 }
      })
    },
  }
}

/** This machine, in CIDR notation. */
export const loopback: readonly string[] = ['127.0.0.0/8', '::1/128']

/** Whether an address is in one of the networks (CIDR). */
export function isInside(address: string, networks: readonly string[]): boolean {
  const parsed = parseAddress(address)
  return parsed !== undefined && isNamed(parsed, networks.map(parseNetwork))
}

/** Reads a network; throws a TypeError. An IPv4 network in IPv6 clothing is refused rather than guessed. */
export function parseNetwork(text: string): Network {
  if (!ipaddr.isValidCIDR(text)) throw new TypeError('not a network in CIDR notation')
  return ipaddr.parseCIDR(text)
}

async function namesAddresses(host: string, resolver: Resolver): Promise<readonly string[]> {
  try {
    return await resolver(host)
  } catch (cause) {
    throw new OutboundError('host-unknown', 'the name of the host could not be resolved', { cause })
  }
}

/** An IPv4 address in IPv6 clothing is the IPv4 address. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (isIP(text) === 0 || text.includes('%')) return undefined
  const parsed = ipaddr.parse(text)
  return parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() ? parsed.toIPv4Address() : parsed
}

function isNamed(address: ipaddr.IPv4 | ipaddr.IPv6, allowed: readonly Network[]): boolean {
  return allowed.some((network) => network[0].kind() === address.kind() && address.match(network as [never, number]))
}

/** Of the ranges of the registries only plain unicast is public: all translated and tunnelled addresses can lead back inside. */
function isPublic(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  // `::a.b.c.d`, which registries have given up: some stacks still send it to a.b.c.d.
  const isCompatible = address instanceof ipaddr.IPv6 && address.parts.slice(0, 6).every((part) => part === 0)
  return address.range() === 'unicast' && !isCompatible
}
