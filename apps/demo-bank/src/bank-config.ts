import { randomBytes } from 'node:crypto'
import type { WatchwordError } from '@watchword/node'
import type { FastifyInstance } from 'fastify'

/** Where the platform is and who the bank is there. */
export type DemoBankConfig = {
  /** Base address of the platform for the bank's backend. */
  readonly watchwordUrl: string
  /** The app's key; it stays in the backend. */
  readonly key: string
  /** The app's id, which is the audience of its mfa tokens. */
  readonly app: string
  /** Base address of the platform for browsers. */
  readonly publicUrl: string
  /** Who signs the mfa tokens; default `urn:watchword:session-guard`. */
  readonly issuer?: string
}

/** The bank's surroundings; the process's own by default. */
export type DemoBankDeps = {
  readonly now: () => number
  readonly randomBytes: (size: number) => Buffer
  readonly fetch: typeof fetch
  /** Faults that no answer reports, such as activities that could not be delivered. */
  readonly onError?: (error: WatchwordError) => void
}

/** The server the bank is mounted on, such as a Fastify instance. */
export type BankServer = {
  readonly register: (plugin: (scope: FastifyInstance) => Promise<void>) => PromiseLike<unknown>
}

/** Clock, randomness and network of this process. */
export const processDeps: DemoBankDeps = { now: Date.now, randomBytes, fetch: (input, init) => fetch(input, init) }
