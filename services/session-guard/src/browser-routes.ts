import type { HttpServer } from '@watchword/service-kit'
import { registerApprovalRoutes } from './authorizations/approvals-route.ts'
import { registerChallengeRoute } from './verification/challenge-route.ts'
import { registerConfirmRoute } from './factors/confirm-route.ts'
import { allowPages } from './tickets/cors.ts'
import { registerEnrolRoute } from './factors/enrol-route.ts'
import { registerFactorsRoutes } from './factors/factors-routes.ts'
import type { GuardParts } from './guard-parts.ts'
import { registerPasskeyOptionsRoute } from './factors/webauthn/passkey-options-route.ts'
import { registerPasskeyRoute } from './factors/webauthn/passkey-route.ts'
import { registerRecoveryCodesRoute } from './factors/recovery/recovery-codes-route.ts'
import { registerReportRoute } from './verdicts/report-route.ts'
import { registerResponseRoute } from './verification/response-route.ts'

/** The routes that pages of apps call themselves, with a ticket or a capability, and the one that the link of a notification leads to. */
export function registerBrowserRoutes(app: HttpServer, parts: GuardParts): void {
  void app.register(async (scope) => {
    allowPages(scope, parts.access)
    registerChallengeRoute(scope, parts)
    registerResponseRoute(scope, parts)
    registerEnrolRoute(scope, parts)
    registerConfirmRoute(scope, parts)
    registerPasskeyOptionsRoute(scope, parts)
    registerPasskeyRoute(scope, parts)
    registerRecoveryCodesRoute(scope, parts)
    registerFactorsRoutes(scope, parts)
    registerApprovalRoutes(scope, parts)
    registerReportRoute(scope, parts)
  })
}
