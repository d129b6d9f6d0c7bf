import { createMfaTokenVerifier, createWatchword, type Guard, type Watchword } from '@watchword/node'
import type { FastifyInstance } from 'fastify'
import { registerAssets } from './asset-routes.ts'
import { type BankServer, type DemoBankConfig, type DemoBankDeps, processDeps } from './bank-config.ts'
import { BankError } from './bank-error.ts'
import type { BankParts } from './bank-parts.ts'
import { createBankSessions } from './bank-sessions.ts'
import { registerBankingRoutes } from './banking-routes.ts'
import { createCookieJar } from './cookies.ts'
import { registerDemoRoutes } from './demo-routes.ts'
import { createLedger } from './ledger.ts'
import { createPasswords } from './people.ts'
import { protectRoutes } from './protection.ts'
import { registerSessionRoutes } from './session-routes.ts'
import { registerTicketRoutes } from './ticket-routes.ts'

/** A small bank: pages at `/`, assets below `/bank/assets/`, its API below `/bank/api/`. */
export type DemoBank = {
  readonly routes: (server: BankServer) => Promise<void>
  /** Delivers what was captured and lets go of the platform. */
  readonly stop: () => Promise<void>
}

/** Makes the bank; it speaks to the platform from the moment its server listens. */
export const createDemoBank = (config: DemoBankConfig, given: Partial<DemoBankDeps> = {}): DemoBank => {
  const deps: DemoBankDeps = { ...processDeps, ...given }
  let client: Watchword | undefined
  let guard: Guard | undefined
  // The platform may be mounted on the same server, which does not listen yet.
  const watchword = (): Watchword =>
    (client ??= createWatchword({
      url: config.watchwordUrl,
      key: config.key,
      failureModes: [
        { path: '/bank/api/transfers', mode: 'closed' },
        { path: '/bank/api/**', mode: 'last-known', ttl: 'PT5S' },
      ],
      onError: (error) => deps.onError?.(error),
    }))
  const parts: BankParts = {
    config,
    deps,
    watchword,
    guard: () => (guard ??= watchword().createGuard()),
    sessions: createBankSessions(deps),
    cookies: createCookieJar({ secure: config.publicUrl.startsWith('https:') }),
    passwords: createPasswords(deps.randomBytes),
    ledger: createLedger(deps.now),
    proofs: createMfaTokenVerifier({ ...config, url: config.watchwordUrl }, deps),
  }

  const mount = async (scope: FastifyInstance): Promise<void> => {
    protectRoutes(scope, config)
    // Knows the locks before the first request asks.
    scope.addHook('onListen', async () => void parts.guard())
    registerAssets(scope)
    registerSessionRoutes(scope, parts)
    registerTicketRoutes(scope, parts)
    registerBankingRoutes(scope, parts)
    registerDemoRoutes(scope, parts)
    scope.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof BankError)) throw error
      return reply
        .code(error.status)
        .type('application/problem+json')
        .send({ type: `/problems/${error.code}`, title: error.message, status: error.status, code: error.code })
    })
  }

  return {
    routes: async (server) => {
      await server.register(mount)
    },
    stop: async () => client?.close(),
  }
}
