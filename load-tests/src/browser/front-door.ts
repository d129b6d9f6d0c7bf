import { once } from 'node:events'
import { createServer, type IncomingMessage, request as forward, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { platform } from './platform-calls.ts'

/** What the proxy says of whoever is signed in. */
export type SignedIn = Readonly<{ user: string; session: string }>

/**
 * An app without any code for Watchword, and the proxy before it as docs/how-to/ask-without-a-front-end.md configures one: it asks
 * `/v1/check` before each request, leads whoever is refused to the page, and passes `/_guard/` on with its own word of who it is.
 */
export type FrontDoor = Readonly<{
  origin: string
  /** Whose cookie the browser has; the app asks no further. */
  signIn: (who: SignedIn, key: string) => void
  /** Whether the app takes an mfaToken and gives a new session for it. */
  takeProofs: (takes: boolean) => void
  /** The mfaTokens that it was given. */
  proofs: string[]
  /** The address of every request for the page, as a proxy logs it, and what came with it as a referrer. */
  logged: string[]
  close: () => void
}>

export async function startFrontDoor(): Promise<FrontDoor> {
  let who: SignedIn = { user: '', session: '' }
  let key = ''
  let takesProofs = false
  const logged: string[] = []
  const proofs: string[] = []

  const subject = (): Record<string, string> => ({
    'x-watchword-key': key,
    'x-watchword-user': who.user,
    'x-watchword-session': who.session,
    'x-watchword-device': '',
    'x-watchword-ip': '203.0.113.7',
    'x-watchword-sign-in': '/login',
    'x-watchword-renew': takesProofs ? '/session/renew' : '',
  })
  const passOn = (request: IncomingMessage, response: ServerResponse): void => {
    const { cookie: _, connection: __, ...headers } = request.headers
    const options = { method: request.method ?? 'GET', headers: { ...headers, ...subject() } }
    const onward = forward(new URL(request.url ?? '/', platform.url), options, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    request.pipe(onward)
  }
  const renew = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    let text = ''
    for await (const chunk of request) text += String(chunk)
    proofs.push((JSON.parse(text) as { mfaToken: string }).mfaToken)
    who = { ...who, session: `${who.session}-next` }
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}')
  }
  const guard = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const checked = await fetch(new URL('/v1/check', platform.url), {
      headers: { ...subject(), 'x-original-uri': request.url ?? '' },
    })
    if (checked.status === 204) return void response.writeHead(200, { 'content-type': 'text/html' }).end(appPage)
    const status = checked.status === 401 ? 302 : 503
    response.writeHead(status, { location: `/_guard/challenge?return_to=${request.url ?? '/'}` }).end()
  }

  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    logged.push(`${path} ${request.headers.referer ?? ''}`)
    if (path.startsWith('/_guard/')) passOn(request, response)
    else if (path === '/session/renew') void renew(request, response)
    else if (path === '/login') response.writeHead(200, { 'content-type': 'text/html' }).end(loginPage)
    else void guard(request, response)
  }).listen(0, 'localhost')
  await once(server, 'listening')
  return {
    origin: `http://localhost:${(server.address() as AddressInfo).port}`,
    logged,
    takeProofs: (takes) => void (takesProofs = takes),
    proofs,
    signIn: (next, proxyKey) => {
      who = next
      key = proxyKey
    },
    close: () => {
      server.close()
      server.closeAllConnections()
    },
  }
}

const pageOf = (title: string): string =>
  `<!doctype html><html lang="en"><head><title>${title}</title></head><body><h1>${title}</h1></body></html>`
const appPage = pageOf('The intranet')
const loginPage = pageOf('Who are you?')
