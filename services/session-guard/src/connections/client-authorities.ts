import { X509Certificate } from 'node:crypto'
import type { PolicyVersion } from '@watchword/policy'

type Clients = PolicyVersion['source']['clients']

/** An authority of the policy, ready to be asked. */
export type ClientAuthority = Readonly<
  Omit<Clients['authorities'][number], 'certificate'> & { certificate: X509Certificate; revoked: ReadonlySet<string> }
>

const known = new WeakMap<Clients, readonly ClientAuthority[]>()

/** The authorities of a policy; each is read once a version. */
export function clientAuthoritiesOf({
  source: { clients },
}: Pick<PolicyVersion, 'source'>): readonly ClientAuthority[] {
  const made = known.get(clients) ?? clients.authorities.map((authority) => read(authority, clients))
  known.set(clients, made)
  return made
}

/** A serial number as it is compared: upper case, no colons, no zeros before it. */
export function serialOf(text: string): string {
  return text
    .replaceAll(':', '')
    .toUpperCase()
    .replace(/^0+(?=.)/, '')
}

function read({ certificate, ...named }: Clients['authorities'][number], { revoked }: Clients): ClientAuthority {
  const serials = revoked.flatMap(({ authority, serial }) => (authority === named.name ? [serialOf(serial)] : []))
  return { ...named, certificate: new X509Certificate(certificate), revoked: new Set(serials) }
}
