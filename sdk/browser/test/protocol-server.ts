import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSoftwarePasskey } from './software-passkey.ts'

const bundle = readFileSync(new URL(import.meta.resolve('@watchword/browser')))

const pageScript = `
import { createGuardedFetch, defineWatchwordChallenge } from '/watchword.js'
const challenge = document.querySelector('watchword-challenge')
const post = async (path) => (await fetch(path, { method: 'POST' })).json()
challenge.ticket = async () => (await post('/ticket')).ticket
challenge.renew = async () => void (await post('/renew'))
defineWatchwordChallenge()
const guarded = createGuardedFetch({ challenge })
window.results = []
window.events = []
for (const name of ['verified', 'verified-elsewhere', 'cancelled', 'failed'])
  challenge.addEventListener('watchword-' + name, () => window.events.push(name))
window.load = (count) => {
  for (let each = 0; each < count; each++)
    guarded('/api/thing').then(({ status }) => window.results.push(String(status)), ({ code }) => window.results.push(code))
}
document.querySelector('button').addEventListener('click', () => window.load(1))
`

const page = (lang: string): string => `<!doctype html><html lang="${lang}"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>An app</title>
<meta name="color-scheme" content="light dark">
<script type="module" src="/page.js"></script></head>
<body><main><h1>An app</h1><p>Some of its content.</p><button type="button">Load</button></main>
<watchword-challenge></watchword-challenge></body></html>`

const policy = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"

type Method = 'webauthn' | 'totp' | 'recovery-code'

/** What a person of the small platform has and how they stand; a test changes it as it likes. */
const person = () => ({
  locked: false,
  version: 1,
  allowed: ['webauthn', 'totp', 'recovery-code'] as Method[],
  has: ['webauthn', 'totp', 'recovery-code'] as Method[],
  attemptsLeft: 5,
  blockedSeconds: 0,
  ended: true,
  /** Whether requests go on before the app has renewed the session. */
  renewed: true,
  holdRenewal: undefined as Promise<void> | undefined,
  tickets: 0,
  challenges: 0,
  passes: 0,
})

/** A platform and an app on one port, as far as the browser's side of the public protocol goes; one lock of one person. */
export const startProtocolServer = async () => {
  const passkey = createSoftwarePasskey()
  const alice = person()
  let lockId = randomUUID()
  const tickets = new Set<string>()
  const capabilities = new Set<string>()
  const challenges = new Map<string, { readonly factor: Method; readonly bytes: string; readonly version: number }>()

  const lockJson = () => ({
    id: lockId,
    version: alice.version,
    scope: 'session',
    session: 's-1',
    level: 'HIGH',
    reasonUser: {
      en: 'We noticed your session in another browser.',
      de: 'Wir haben Ihre Sitzung in einem anderen Browser bemerkt.',
    },
    factors: alice.allowed,
    since: new Date().toISOString(),
    challengeUri: `/v1/locks/${lockId}/challenges`,
  })
  const send = (response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
  const problem = (response: ServerResponse, status: number, code: string, more = {}, headers = {}): void =>
    send(response, status, { code, ...more }, headers)
  const bodyOf = async (request: IncomingMessage): Promise<Record<string, unknown>> => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    return text === '' ? {} : (JSON.parse(text) as Record<string, unknown>)
  }
  /** The capability that goes with the answer, or undefined for somebody who may not ask. */
  const admit = ({ headers }: IncomingMessage): string | undefined => {
    const held = headers['x-watchword-capability']
    if (typeof held === 'string') return capabilities.has(held) ? held : undefined
    if (!tickets.delete(headers.authorization?.replace('Ticket ', '') ?? '')) return undefined
    const made = `wwc_${randomUUID()}`
    capabilities.add(made)
    return made
  }

  const create = (response: ServerResponse, id: string, factor: Method, capability: string): void => {
    const headers = { 'x-watchword-capability': capability }
    if (!alice.locked || id !== lockId) return problem(response, 404, 'not-found', {}, headers)
    if (alice.blockedSeconds > 0)
      return problem(
        response,
        429,
        'too-many-requests',
        {},
        { ...headers, 'retry-after': String(alice.blockedSeconds) },
      )
    if (!alice.has.includes(factor)) return problem(response, 409, 'no-factor', {}, headers)
    alice.challenges++
    const challenge = `wwh_${randomUUID()}`
    const bytes = Buffer.from(randomUUID()).toString('base64url')
    challenges.set(challenge, { factor, bytes, version: alice.version })
    const allowCredentials = [{ type: 'public-key', id: passkey.id }]
    const options = {
      challenge: bytes,
      rpId: 'localhost',
      userVerification: 'required',
      timeout: 60_000,
      allowCredentials,
    }
    const expiresAt = new Date(Date.now() + 300_000).toISOString()
    send(response, 201, factor === 'webauthn' ? { challenge, options, expiresAt } : { challenge, expiresAt }, headers)
  }

  const respond = (response: ServerResponse, id: string, body: Record<string, unknown>): void => {
    const challenge = challenges.get(id)
    if (challenge?.version !== alice.version || !alice.locked) return problem(response, 409, 'stale-challenge')
    const { factor, bytes } = challenge
    if (factor === 'webauthn') challenges.delete(id)
    const isRight =
      factor === 'webauthn'
        ? passkey.accepts(body['assertion'] as Parameters<typeof passkey.accepts>[0], bytes, origin)
        : body['code'] === (factor === 'totp' ? '123456' : 'ABCD-EFGH')
    if (!isRight) return problem(response, 401, 'verification-failed', { attemptsLeft: --alice.attemptsLeft })
    alice.locked = false
    alice.renewed = !alice.ended
    alice.passes++
    send(response, 200, { mfaToken: 'e30.e30.e30', verifiedUntil: '', session: { id: 's-1', ended: alice.ended } })
  }

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', origin)
    const body = await bodyOf(request)
    const asked = /^\/v1\/(locks|challenges)\/([^/]+)\//.exec(pathname)
    if (asked !== null) {
      const capability = admit(request)
      if (capability === undefined) return problem(response, 401, 'invalid-credentials')
      return asked[1] === 'locks'
        ? create(response, asked[2] ?? '', body['factor'] as Method, capability)
        : respond(response, asked[2] ?? '', body)
    }
    if (pathname === '/ticket') {
      const ticket = `wwt_${randomUUID()}`
      tickets.add(ticket)
      alice.tickets++
      return send(response, 201, { ticket })
    }
    if (pathname === '/renew') {
      await alice.holdRenewal
      alice.renewed = true
      return send(response, 200, {})
    }
    if (pathname === '/api/thing') {
      if (!alice.renewed) return problem(response, 401, 'session-ended')
      if (!alice.locked) return send(response, 200, { thing: 1 })
      const demand = `Bearer error="insufficient_user_authentication", lock_id="${lockId}", challenge_uri="/"`
      const headers = { 'www-authenticate': demand, 'content-type': 'application/problem+json' }
      return problem(response, 401, 'insufficient-user-authentication', { lock: lockJson() }, headers)
    }
    const scripts = new Map<string, Buffer | string>([
      ['/watchword.js', bundle],
      ['/page.js', pageScript],
    ])
    const script = scripts.get(pathname)
    if (script !== undefined) return void response.writeHead(200, { 'content-type': 'text/javascript' }).end(script)
    if (pathname !== '/') return problem(response, 404, 'not-found')
    response
      .writeHead(200, { 'content-type': 'text/html', 'content-security-policy': policy })
      .end(page(searchParams.get('lang') ?? 'en'))
  }

  const server = createServer((request, response) => void answer(request, response)).listen(0, 'localhost')
  await once(server, 'listening')
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`
  return {
    origin,
    passkey,
    alice,
    lockJson,
    /** A new lock; everything else as a person has it who has not answered yet. */
    lock: (change: Partial<ReturnType<typeof person>> = {}): void => {
      lockId = randomUUID()
      challenges.clear()
      Object.assign(alice, person(), { locked: true }, change)
    },
    close: (): void => {
      server.close()
      server.closeAllConnections()
    },
  }
}
