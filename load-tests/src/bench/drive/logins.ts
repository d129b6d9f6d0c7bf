import { randomUUID } from 'node:crypto'

/** How many distinct values the made-up logins hold; what ingest looks up or parses depends on it. */
export const variety = { users: 20_000, addresses: 20_000, agents: 500 } as const

/** A login as an app reports it: its own id each time, everything else fixed by its number. */
export function login(number: number, over: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  const user = number % variety.users
  return {
    id: randomUUID(),
    type: 'login',
    outcome: 'succeeded',
    user: `user-${user}`,
    session: `s-${number}`,
    device: `device-${user}`,
    fingerprint: `fp-${user}`,
    ip: address((number * 7919) % variety.addresses),
    userAgent: agent(number % variety.agents),
    authentication: { methods: ['pwd', 'otp'] },
    action: { type: 'login', resource: '/accounts', sensitivity: 'low', count: 1 },
    ...over,
  }
}

/** A public address: spread over some of the /8 networks that are in use. */
export function address(number: number): string {
  const network = [23, 34, 51, 62, 78, 81, 91, 109, 141, 178, 185, 193, 212, 217][number % 14] ?? 23
  return `${network}.${(number >> 10) & 255}.${(number >> 4) & 255}.${((number * 31) & 127) + 1}`
}

function agent(number: number): string {
  const system = ['Windows NT 10.0; Win64; x64', 'Macintosh; Intel Mac OS X 10_15_7', 'X11; Linux x86_64'][number % 3]
  const version = `${100 + (number % 40)}.0.${6000 + number}.${number % 97}`
  return `Mozilla/5.0 (${system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version} Safari/537.36`
}
