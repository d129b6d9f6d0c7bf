import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Registry } from 'prom-client'
import { durationsOf } from './http-metrics.ts'
import type { HttpServer } from './http-server-type.ts'
import type { Logger } from './logger.ts'
import { isRequestId } from './request-id.ts'

/** An answer without a body; its headers are its own, and the request id is added to them. */
export type ShortAnswer = Readonly<{ status: number; headers: Record<string, string> }>

/**
 * The common case of a route, from the headers as they came, names and values in turn. Undefined leaves the request to the route, which
 * knows every case; so does whatever is thrown.
 */
export type Shortcut = (rawHeaders: readonly string[]) => ShortAnswer | undefined

export type ShortcutDeps = Readonly<{
  newId: () => string
  metrics: Registry
  logger: Logger
  isClosing: () => boolean
}>

const requestIdHeader = 'x-request-id'

/** By what listens: a scope of a server is another object of the framework. */
const shortcutsOf = new WeakMap<Server, Map<string, Shortcut>>()

/**
 * Answers the common case of `GET path` before the framework sees it, for a route that every request of somebody else's application
 * waits for. Request id and metrics are as everywhere. Only this path to the letter, without a query; injected requests never come here.
 */
export function addShortcut(server: HttpServer, path: string, shortcut: Shortcut): void {
  shortcutsOf.get(server.server)?.set(path, shortcut)
}

/** Lets the requests of a new server look for shortcuts first. */
export function takeShortcuts(server: HttpServer, deps: ShortcutDeps): void {
  const shortcuts = new Map<string, Shortcut>()
  shortcutsOf.set(server.server, shortcuts)
  const durations = durationsOf(deps.metrics)
  const [framework] = server.server.listeners('request') as ((
    request: IncomingMessage,
    response: ServerResponse,
  ) => void)[]
  if (framework === undefined) throw new TypeError('the framework listens for requests in another way')
  const soon = createEndOfTurn()

  function tryShortcut(shortcut: Shortcut, rawHeaders: readonly string[]): ShortAnswer | undefined {
    try {
      return shortcut(rawHeaders)
    } catch {
      // A refusal or a fault: the route comes to the same one, and tells of it.
      return undefined
    }
  }

  function answerShort(request: IncomingMessage, response: ServerResponse): boolean {
    const shortcut = shortcuts.get(request.url ?? '')
    if (shortcut === undefined || request.method !== 'GET' || deps.isClosing()) return false
    // Who wants to see every request in the log sees it by the route.
    if (deps.logger.isLevelEnabled('debug')) return false
    const began = performance.now()
    const answer = tryShortcut(shortcut, request.rawHeaders)
    if (answer === undefined) return false
    soon(() => {
      answer.headers['x-request-id'] = requestIdOf(request.rawHeaders)
      response.writeHead(answer.status, answer.headers)
      response.end()
      const labels = { route: request.url ?? '', method: 'GET', code: String(answer.status) }
      durations.observe(labels, (performance.now() - began) / 1000)
    })
    return true
  }

  function requestIdOf(rawHeaders: readonly string[]): string {
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const name = rawHeaders[index] ?? ''
      // Nearly all are told apart by their length, without another string of each.
      if (name.length !== requestIdHeader.length || name.toLowerCase() !== requestIdHeader) continue
      const given = rawHeaders[index + 1] ?? ''
      return isRequestId(given) ? given : deps.newId()
    }
    return deps.newId()
  }

  server.server.removeListener('request', framework)
  server.server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    if (!answerShort(request, response)) framework.call(server.server, request, response)
  })
}

/**
 * Does things together once all requests of this turn have been read. An answer wakes a client that sleeps, which costs as much as the
 * rest of the answer; one that is awake finds the others without being woken.
 */
function createEndOfTurn(): (work: () => void) => void {
  let waiting: (() => void)[] = []

  function doAll(): void {
    const all = waiting
    waiting = []
    for (const work of all) work()
  }

  return (work) => {
    if (waiting.length === 0) setImmediate(doAll)
    waiting.push(work)
  }
}
