import assert from 'node:assert/strict'
import { generateSync } from 'otplib'

export type BankAnswer = Readonly<{ status: number; body: unknown }>

export type BankPlace = Readonly<{ bankUrl: string /** Of the platform. */; url: string }>

/** A customer of the demo bank at their own browser. */
export type BankCustomer = Readonly<{
  /** Signs in, in a new session; resolves with its id. */
  signIn: () => Promise<string>
  /** Sets up an authenticator app, as the bank's page does. */
  enrol: () => Promise<void>
  get: (path: string) => Promise<BankAnswer>
  post: (path: string, body: object) => Promise<BankAnswer>
  /** Answers a lock with the present code. */
  prove: (challengeUri: string) => Promise<BankAnswer>
}>

const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'

type Sent = BankAnswer & Readonly<{ headers: Headers }>

export function createBankCustomer({ bankUrl, url }: BankPlace, user: string, password: string): BankCustomer {
  const cookies = new Map<string, string>()
  let secret = ''

  async function send(to: string, body: object | undefined, headers: Record<string, string>): Promise<Sent> {
    const answer = await fetch(to, {
      method: body === undefined ? 'GET' : 'POST',
      headers: { origin: bankUrl, 'user-agent': userAgent, 'x-bank-fingerprint': `fp-${'ab'.repeat(32)}`, ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    return { status: answer.status, body: await answer.json(), headers: answer.headers }
  }

  async function ofBank(path: string, body?: object): Promise<BankAnswer> {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const json: Record<string, string> = body === undefined ? {} : { 'content-type': 'application/json' }
    const { status, body: said, headers } = await send(`${bankUrl}/bank/api/${path}`, body, { cookie, ...json })
    for (const set of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(set) ?? []
      cookies.set(name, value)
    }
    return { status, body: said }
  }

  /** Two calls of the page to the platform: the first spends a ticket, the second presents the capability it bought. */
  async function withTicket(purpose: string, first: string, then: (said: unknown) => [path: string, body: object]) {
    const { ticket } = (await ofBank('tickets', { purpose })).body as { ticket: string }
    const json = { 'content-type': 'application/json' }
    const body = purpose === 'enrol' ? {} : { factor: 'totp' }
    const bought = await send(`${url}${first}`, body, { ...json, authorization: `Ticket ${ticket}` })
    const [path, next] = then(bought.body)
    const capability = bought.headers.get('x-watchword-capability') ?? ''
    return send(`${url}${path}`, next, { ...json, 'x-watchword-capability': capability })
  }

  const codeAt = (ms: number): string => generateSync({ secret, epoch: Math.floor(ms / 1000) })

  return {
    async signIn() {
      const { status, body } = await ofBank('login', { user, password })
      assert.equal(status, 200, JSON.stringify(body))
      return (body as { signedIn: { session: string } }).signedIn.session
    },
    async enrol() {
      const path = `/v1/users/${user}/factors/totp`
      // The code of the step before, so that the present one is still unused when a lock asks.
      const confirmed = await withTicket('enrol', path, (said) => {
        const { factor, secret: made } = said as { factor: string; secret: string }
        secret = made
        return [`${path}/${factor}/confirm`, { code: codeAt(Date.now() - 30_000) }]
      })
      assert.equal(confirmed.status, 200, JSON.stringify(confirmed.body))
    },
    get: (path) => ofBank(path),
    post: (path, body) => ofBank(path, body),
    prove: (challengeUri) =>
      withTicket('challenge', challengeUri, (said) => {
        const { challenge } = said as { challenge: string }
        return [`/v1/challenges/${encodeURIComponent(challenge)}/responses`, { code: codeAt(Date.now()) }]
      }),
  }
}
