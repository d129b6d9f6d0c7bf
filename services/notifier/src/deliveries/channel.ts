import type { Raised } from './raised.ts'

/** What became of one attempt; `detail` is a stable code. */
export type DeliveryResult =
  | Readonly<{ outcome: 'delivered'; detail: string }>
  /** Tried again, no sooner than `retryAfterMs` from now. */
  | Readonly<{ outcome: 'failed'; detail: string; retryAfterMs: number }>
  /** No attempt of this one can succeed. */
  | Readonly<{ outcome: 'gave-up'; detail: string }>
  /** The endpoint wants no more, of anything. */
  | Readonly<{ outcome: 'endpoint-gone'; detail: string }>

/** One endpoint of a tenant, and how it is told. */
export type Channel = Readonly<{
  kind: 'webhook' | 'mail' | 'siem'
  /** Of the configuration; one of its own for each endpoint of a tenant. */
  id: string
  tenant: string
  /** Hash of where it is. */
  address: string
  wants: (raised: Raised) => boolean
  /** Tries once. Must only reject for faults of this process. */
  deliver: (raised: Raised, signal: AbortSignal) => Promise<DeliveryResult>
}>
