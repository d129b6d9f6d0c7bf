import type { ApiClient, ApiOutcome } from '../campaign/api-client.ts'

/** Something that is good once, and how it is used. */
export type Contest = Readonly<{
  use: (api: ApiClient, index: number) => Promise<ApiOutcome>
  /** Of the one use that succeeds. */
  accepted: number
  /** Of the others, as the interface says. */
  refused: readonly number[]
  /** From the first use on; for ever by default. */
  goodForMs?: number
}>

export type ContestDeps = Readonly<{
  /** Of the guard by which it is made ready. */
  api: ApiClient
  /** Of every guard. */
  everywhere: readonly ApiClient[]
  /** Nobody else's. */
  user: string
  /** From 1: every other one differs in a detail. */
  round: number
}>

/** Makes ready what is to be used by many at the same time. Throws when the platform does not answer as it should. */
export type MakeContests = (deps: ContestDeps) => AsyncGenerator<readonly [what: string, contest: Contest], void>

/** Where somebody answers from. */
export const context = { ip: '198.51.100.9', device: 'd-own', userAgent: 'campaign' }
