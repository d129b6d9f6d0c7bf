import { randomBytes } from 'node:crypto'
import { connect } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { eventually, forEachWide } from '../campaign/eventually.ts'
import type { SeededRandom } from '../campaign/seeded-random.ts'
import type { Verdicts } from '../campaign/verdicts.ts'
import { hostileBytes } from './frames.ts'
import { pageOrigin, type World } from './world/world.ts'

export type SubscriptionFuzzConfig = Readonly<{ connections: number; url: string; key: string }>
export type SubscriptionFuzzDeps = Readonly<{
  random: SeededRandom
  world: World
  verdicts: Verdicts
  count: (what: string) => void
}>

/** How a client shows who it is, and of whom it may hear. */
type Proof = Readonly<{ user: string; headers: readonly string[]; protocols: readonly string[] }>

const wide = 24
const connectionWithinMs = 5_000
const emptyWithinMs = 45_000

/** Opens connections to `/v1/subscribe` that send what no client should, and looks whether all of them are gone afterwards. */
export async function fuzzSubscriptions(config: SubscriptionFuzzConfig, deps: SubscriptionFuzzDeps): Promise<void> {
  const { verdicts } = deps
  await forEachWide(Array(config.connections).keys(), wide, async () => {
    const ended = await oneConnection(config, deps)
    verdicts.expect('a hostile connection comes to an end', ended, () => 'still open after it was closed')
  })
  const left = await eventually(
    async () => ((await openConnections(config.url)) === 0 ? 0 : undefined),
    emptyWithinMs,
    200,
  )
  const told = left ?? (await openConnections(config.url))
  verdicts.expect('no connection is left over', told === 0, () => `${told} connections`)
  verdicts.expect('a sound subscription is still served', await isServed(config), () => 'no state came')
}

async function oneConnection({ url, key }: SubscriptionFuzzConfig, deps: SubscriptionFuzzDeps): Promise<boolean> {
  const { random, count } = deps
  const { hostname, port } = new URL(url)
  const proof = await proofOf(key, deps)
  const socket = connect(Number(port), hostname)
  const closed = new Promise<true>((resolve) => socket.once('close', () => resolve(true)))
  let answer = ''
  socket.on('data', (chunk: Buffer) => {
    if (answer.length < 4_000) answer += chunk.toString('latin1')
  })
  // A reset is one of the ways in which the server may end it.
  socket.on('error', () => count('subscription: reset'))
  socket.write(handshake(hostname, proof, random))
  await delay(random.between(0, 30))
  for (let bytes = random.between(1, 12); bytes > 0 && !socket.destroyed; bytes--) {
    socket.write(hostileBytes(proof.user, random))
    if (random.chance(0.3)) await delay(random.between(0, 10))
  }
  await delay(random.between(0, 40))
  if (random.chance(0.5)) socket.destroy()
  else socket.end()
  const ended = await Promise.race([closed, delay(connectionWithinMs, false)])
  if (!ended) socket.destroy()
  count(`subscription: ${/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 'no answer'}`)
  return ended
}

/** A backend's key, or a ticket as a page of the app holds it. */
async function proofOf(key: string, { random, world }: SubscriptionFuzzDeps): Promise<Proof> {
  const person = await world.personFor({ path: '/v1/subscribe' }, random)
  const { user } = person
  if (random.chance(0.5)) return { user, headers: [`authorization: Bearer ${key}`], protocols: [] }
  const ticket = await world.ticketOf(person, random.chance(0.9) ? 'subscribe' : 'enrol')
  return { user, headers: [`origin: ${pageOrigin}`], protocols: [`ticket.${ticket}`] }
}

function handshake(host: string, proof: Proof, { pick, chance }: SeededRandom): string {
  const isSound = chance(0.7)
  const protocols = isSound
    ? ['watchword.v1', ...proof.protocols].join(', ')
    : pick([
        '',
        'other',
        'watchword.v1, ticket.x',
        `watchword.v1, ticket.${'x'.repeat(2_000)}`,
        'watchword.v2',
        ',,,',
        'ticket.a, ticket.b',
      ])
  const lines = [
    `GET /v1/subscribe${isSound ? '' : pick(['', '?x=__proto__', '/..', '%ff'])} HTTP/1.1`,
    `host: ${host}`,
    'upgrade: websocket',
    'connection: Upgrade',
    `sec-websocket-key: ${isSound ? randomBytes(16).toString('base64') : pick([randomBytes(16).toString('base64'), 'short', ''])}`,
    `sec-websocket-version: ${isSound ? 13 : pick(['13', '8', 'x'])}`,
    ...(protocols === '' ? [] : [`sec-websocket-protocol: ${protocols}`]),
    ...(isSound ? proof.headers : chance(0.5) ? ['authorization: Bearer ww_x_y'] : []),
    ...(chance(0.2) ? ['sec-websocket-extensions: permessage-deflate; server_max_window_bits=99'] : []),
  ]
  return `${lines.join('\r\n')}\r\n\r\n`
}

async function openConnections(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const found = /^watchword_ws_connections(?:\{[^}]*\})? (\d+)$/m.exec(text)
  if (found === null) throw new Error('the platform tells no number of connections')
  return Number(found[1])
}

/** A client that does everything right gets the state of its user. */
async function isServed({ url, key }: SubscriptionFuzzConfig): Promise<boolean> {
  const { createWatchword } = await import('@watchword/node')
  const client = createWatchword({ url, key, onError: () => undefined })
  const subscription = client.subscribe({ user: 'calm' }, {})
  const served = await Promise.race([subscription.ready.then(() => true), delay(connectionWithinMs, false)])
  await client.close()
  return served
}
