import type { HttpServer } from '@watchword/service-kit'
import type { GuardParts } from '../guard-parts.ts'
import { registerChallengeRoute } from '../verification/challenge-route.ts'
import { registerResponseRoute } from '../verification/response-route.ts'
import { registerPageRoutes } from './page-routes.ts'

/** The page for apps without a front end, and under its own path the two calls that open a lock: one path to pass on is all that a proxy needs. */
export function registerChallengePage(app: HttpServer, parts: GuardParts): void {
  void app.register(async (scope) => registerPageRoutes(scope, parts))
  void app.register(
    async (scope) => {
      // They are documented where they are for everybody.
      scope.addHook('onRoute', (route) => {
        route.schema = { ...route.schema, hide: true }
      })
      registerChallengeRoute(scope, parts)
      registerResponseRoute(scope, parts)
    },
    { prefix: '/_guard' },
  )
}
