import type { Access } from '@watchword/access'
import type { Policies } from '@watchword/policy'
import type { Logger } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import type { AppTokens } from './check/app-tokens.ts'
import type { Callers } from './tickets/callers.ts'
import type { ClaimTexts } from './tickets/claims.ts'
import type { Commands } from './commands/commands.ts'
import type { SessionGuardConfig } from './config.ts'
import type { FactorSealer } from './factors/factor-sealing.ts'
import type { Freshness } from './view/freshness.ts'
import type { GuardView } from './view/guard-view.ts'
import type { Idempotency } from './commands/idempotency.ts'
import type { GuardMetrics } from './metrics.ts'
import type { PastAnswers } from './commands/past-answers.ts'
import type { SessionOwners } from './view/session-owners.ts'
import type { GuessBudget } from './verification/guess-budget.ts'
import type { DeadLetters } from './dead-letters/dead-letters.ts'
import type { AssessedActivities } from './verdicts/assessed-activities.ts'
import type { MfaTokens } from './verification/mfa-token.ts'

/** What the routes are made of. */
export type GuardParts = Readonly<{
  config: SessionGuardConfig
  access: Access
  appTokens: AppTokens
  policies: Pick<Policies, 'inForce'>
  view: GuardView
  sessionOwners: SessionOwners
  freshness: Freshness
  commands: Commands
  pastAnswers: PastAnswers
  callers: Callers
  texts: ClaimTexts
  idempotency: Idempotency
  sealer: FactorSealer
  mfaTokens: MfaTokens
  guessBudget: GuessBudget
  assessed: AssessedActivities
  deadLetters: DeadLetters
  /** Signs the tickets of was-this-you links; undefined: none is taken. */
  reportKey: Uint8Array | undefined
  /** Makes the numbers that requesters see. */
  numberKey: Uint8Array
  clock: Clock
  newId: () => string
  randomBytes: (size: number) => Uint8Array
  logger: Logger
  metrics: GuardMetrics
}>
