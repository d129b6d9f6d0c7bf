import ipaddr from 'ipaddr.js'

/** Where an address belongs. */
export type AddressKind = 'public' | 'private' | 'loopback' | 'link-local' | 'cgnat' | 'unknown'

/** An IP address, read once; an IPv4 address in IPv6 clothing is the IPv4 address. */
export type Address = Readonly<{
  version: 4 | 6
  /** The whole address in its usual form. */
  text: string
  /** 32 or 128 bits. */
  bits: bigint
  kind: AddressKind
  /** IPv4 as it is, IPv6 as its /64. */
  normal: string
  /** /24 of IPv4, /48 of IPv6. */
  prefix: string
}>

/** The addresses from `first` to `last`, both included. */
export type AddressRange = Readonly<{ version: 4 | 6; first: bigint; last: bigint }>

const kinds: Readonly<Record<string, AddressKind>> = {
  unicast: 'public',
  private: 'private',
  uniqueLocal: 'private',
  loopback: 'loopback',
  linkLocal: 'link-local',
  carrierGradeNat: 'cgnat',
  rfc6052: 'public',
  '6to4': 'public',
  teredo: 'public',
}

// Registries call them reserved; recordings, demos and tests use them where the internet uses public addresses (RFC 5737, 2544, 3849).
const documentation = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24', '198.18.0.0/15', '2001:db8::/32'].map(
  (cidr) => parseNetwork(cidr),
)

/** Reads an IPv4 or IPv6 address, also in brackets or with a zone; undefined for anything else, also for octal and shortened forms. */
export function parseAddress(text: string): Address | undefined {
  const parsed = parse(text)
  if (parsed === undefined) return undefined
  const bytes = parsed.toByteArray()
  const isV4 = parsed.kind() === 'ipv4'
  const version = isV4 ? 4 : 6
  const bits = bitsOf(bytes)
  return {
    version,
    text: parsed.toString(),
    bits,
    kind: kinds[parsed.range()] ?? (isDocumentation({ version, bits }) ? 'public' : 'unknown'),
    normal: isV4 ? parsed.toString() : `${networkOf(bytes, 8)}/64`,
    prefix: isV4 ? `${bytes.slice(0, 3).join('.')}.0/24` : `${networkOf(bytes, 6)}/48`,
  }
}

/** Reads a CIDR, or an address that stands for itself; undefined for anything else. Host bits are ignored. */
export function parseNetwork(text: string): AddressRange | undefined {
  const [base = '', length, ...rest] = text.split('/')
  const parsed = parse(base)
  if (parsed === undefined || rest.length > 0) return undefined
  const mapped = parsed.kind() === 'ipv4' && base.includes(':')
  const width = parsed.kind() === 'ipv4' ? 32 : 128
  if (length !== undefined && !/^\d{1,3}$/.test(length)) return undefined
  const prefix = length === undefined ? width : Number(length) - (mapped ? 96 : 0)
  if (prefix < 0 || prefix > width) return undefined
  const size = 1n << BigInt(width - prefix)
  const bits = bitsOf(parsed.toByteArray())
  const first = bits - (bits % size)
  return { version: width === 32 ? 4 : 6, first, last: first + size - 1n }
}

/** Whether the address lies in the range. */
export function contains(range: AddressRange, address: Pick<Address, 'version' | 'bits'>): boolean {
  return range.version === address.version && range.first <= address.bits && address.bits <= range.last
}

function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (ipaddr.IPv4.isValidFourPartDecimal(text)) return ipaddr.IPv4.parse(text)
  const bare = text.replace(/^\[(.*)\]$/, '$1').replace(/%[\w.-]{1,32}$/, '')
  if (!bare.includes(':') || !ipaddr.IPv6.isValid(bare)) return undefined
  const address = ipaddr.IPv6.parse(bare)
  return address.isIPv4MappedAddress() ? address.toIPv4Address() : address
}

function isDocumentation(address: Pick<Address, 'version' | 'bits'>): boolean {
  return documentation.some((network) => network !== undefined && contains(network, address))
}

function bitsOf(bytes: readonly number[]): bigint {
  let bits = 0n
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte)
  return bits
}

function networkOf(bytes: readonly number[], kept: number): string {
  return new ipaddr.IPv6(bytes.map((byte, index) => (index < kept ? byte : 0))).toString()
}
