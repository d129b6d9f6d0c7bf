import type { ActivityRecord, Codecs } from '@watchword/contracts'
import { LogError, type LogRecord } from '@watchword/event-log'
import type { Policies } from '@watchword/policy'
import type { Clock, Prepare } from '@watchword/stream'

export type AwaitedPoliciesDeps = Readonly<{
  codecs: Pick<Codecs, 'activity'>
  policies: Pick<Policies, 'byHash' | 'refresh'>
  clock: Clock
}>

/** Activities whose policies are known, if the log has them. */
export interface AwaitedPolicies {
  /** Waits for the policies that these activities name: ingest put them on the log before, but they come here by another topic. */
  prepare: Prepare
  /** Decodes an activity; one that was prepared is not decoded again. */
  readonly decode: (bytes: Uint8Array) => ActivityRecord
}

/** Pause after a log that did not answer, milliseconds. */
const retryMs = 250

export function createAwaitedPolicies({ codecs, policies, clock }: AwaitedPoliciesDeps): AwaitedPolicies {
  const prepared = new WeakMap<Uint8Array, ActivityRecord>()

  function namesUnknown({ value }: LogRecord): boolean {
    if (value === null) return false
    const record = decoded(value)
    if (record === undefined) return false
    prepared.set(value, record)
    return record.body.type === 'activity' && policies.byHash(record.tenant, record.body.data.policy) === undefined
  }

  /** Undefined for bytes that the fold will find to be poison. */
  function decoded(value: Uint8Array): ActivityRecord | undefined {
    try {
      return codecs.activity.decode(value)
    } catch {
      return undefined
    }
  }

  /** Returns when the policies are known, or when nobody waits any more. */
  async function refresh(signal: AbortSignal | undefined): Promise<void> {
    const givenUp = Promise.withResolvers<void>()
    const giveUp = (): void => givenUp.resolve()
    signal?.addEventListener('abort', giveUp)
    try {
      while (signal?.aborted !== true && !(await Promise.race([isRefreshed(), givenUp.promise]))) {
        const paused = Promise.withResolvers<void>()
        const cancel = clock.after(retryMs, () => paused.resolve())
        await Promise.race([paused.promise, givenUp.promise])
        cancel()
      }
    } finally {
      signal?.removeEventListener('abort', giveUp)
    }
  }

  async function isRefreshed(): Promise<boolean> {
    try {
      await policies.refresh()
      return true
    } catch (error) {
      if (error instanceof LogError && error.retryable) return false
      throw error
    }
  }

  return {
    async prepare(records, signal) {
      // All of them, so that none is decoded twice.
      const unknown = records.filter(namesUnknown)
      // One refresh is enough for all: what they name was on the log before they were. What is unknown then is not there at all.
      if (unknown.length > 0) await refresh(signal)
    },
    decode: (bytes) => prepared.get(bytes) ?? codecs.activity.decode(bytes),
  }
}
