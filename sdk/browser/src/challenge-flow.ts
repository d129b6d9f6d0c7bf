import type { Lock } from '@watchword/frames'
import { type Answer, type Challenge, type ChallengeClient, type Method, methods } from './challenge-client.ts'
import type { Verification } from './challenge-client.ts'
import type { Asked, FlowState, Trouble } from './flow-state.ts'
import type { RequestAssertion } from './passkey.ts'
import { WatchwordBrowserError } from './watchword-browser-error.ts'

/** One person answering one lock. */
export type ChallengeFlow = {
  readonly state: () => FlowState
  /** Begins to ask, or again from the beginning. */
  readonly begin: () => Promise<void>
  readonly choose: (method: Method) => void
  /** A code of the method that is asked for. */
  readonly submit: (code: string) => Promise<void>
  readonly usePasskey: () => Promise<void>
  /** Stops waiting for a passkey and for whatever else is under way, except an answer that is being checked. */
  readonly stop: () => void
  /** The time of a limit is over. */
  readonly tick: () => void
}

export type ChallengeFlowDeps = {
  readonly client: ChallengeClient
  readonly requestAssertion: RequestAssertion
  /** What this page can ask for. */
  readonly supported: readonly Method[]
  readonly now: () => number
  readonly onState: (state: FlowState) => void
}

/** A flow for one version of a lock. */
export const createChallengeFlow = (lock: Lock, deps: ChallengeFlowDeps): ChallengeFlow => {
  const { client, now, onState } = deps
  const challenges = new Map<Method, Challenge>()
  let offered: readonly Method[] = methods.filter(
    (method) => lock.factors.includes(method) && deps.supported.includes(method),
  )
  let last: Method | undefined
  let state: FlowState = { status: 'preparing' }
  let waiting: AbortController | undefined
  // Counts what was begun, so that what was stopped meanwhile is not listened to.
  let generation = 0

  const become = (next: FlowState): void => {
    state = next
    onState(next)
  }

  const ask = (trouble?: Trouble): void => {
    const method = last !== undefined && offered.includes(last) ? last : offered[0]
    if (method === undefined) become({ status: 'unavailable' })
    else become({ status: 'asking', method, offered, ...(trouble === undefined ? {} : { trouble }) })
  }

  // With a margin for a clock that is a little off.
  const challengeFor = async (method: Method): Promise<Challenge> => {
    const known = challenges.get(method)
    if (known !== undefined && known.expiresAt - 2_000 > now()) return known
    const made = await client.create(lock, method)
    challenges.set(method, made)
    return made
  }

  const fail = (error: unknown): void => {
    const { code, attemptsLeft, retryAfterMs } = errorOf(error)
    if (impossible.has(code)) {
      offered = offered.filter((method) => method !== last)
      ask()
    } else if (code === 'verification-failed') ask({ kind: 'wrong', attemptsLeft })
    else if (retryAfterMs !== undefined && code !== 'unavailable')
      become({
        status: 'limited',
        untilMs: now() + retryAfterMs,
        offered: offered.filter((method) => method === 'webauthn'),
      })
    else if (code === 'not-found') become({ status: 'gone' })
    else if (final.has(code)) become({ status: 'failed', code })
    else ask({ kind: code === 'stale-challenge' ? 'stale' : 'unsent' })
  }

  /** Asks the platform for a challenge of each factor: what the person does not have is not offered. */
  const probe = async (method: Method): Promise<void> => {
    try {
      await challengeFor(method)
    } catch (error) {
      const { code } = errorOf(error)
      if (!impossible.has(code)) throw error
      offered = offered.filter((one) => one !== method)
    }
  }

  const answer = async (method: Method, code: string): Promise<Verification> => {
    for (let attempt = 0; ; attempt++) {
      const challenge = await challengeFor(method)
      try {
        return await client.respond(challenge, { code })
      } catch (error) {
        // Of an older version of the lock, or used in another tab: the code may still be good.
        if (errorOf(error).code !== 'stale-challenge') throw error
        challenges.delete(method)
        if (attempt > 0) throw error
      }
    }
  }

  const check = async (asked: Asked, give: () => Promise<Verification>): Promise<void> => {
    generation++
    become({ ...asked, status: 'checking' })
    try {
      become({ status: 'verified', verification: await give() })
    } catch (error) {
      fail(error)
    }
  }

  const stop = (): void => {
    generation++
    waiting?.abort()
    if (state.status === 'waiting' || state.status === 'preparing') ask()
  }

  const assertionFor = async (challenge: Challenge, line: AbortController): Promise<Answer | Trouble> => {
    try {
      return { assertion: await deps.requestAssertion(challenge.options, line.signal) }
    } catch (error) {
      const name = error instanceof DOMException ? error.name : ''
      return { kind: name === 'NotAllowedError' || name === 'AbortError' ? 'dismissed' : 'unusable' }
    }
  }

  return {
    state: () => state,
    begin: async () => {
      const mine = ++generation
      last = undefined
      const [first, ...others] = offered
      if (first === undefined) return become({ status: 'unavailable' })
      become({ status: 'preparing' })
      try {
        // The first call spends the ticket; those after it go by what it bought.
        await probe(first)
        await Promise.all(others.map(probe))
        if (mine === generation) ask()
      } catch (error) {
        if (mine !== generation) return
        const { code } = errorOf(error)
        const isLimited = code === 'too-many-requests' && !challenges.has('webauthn')
        // What cannot be found out beforehand turns out with the answer.
        if (code === 'not-found' || final.has(code) || isLimited) fail(error)
        else ask()
      }
    },
    choose: (method) => {
      if (!offered.includes(method) || (state.status === 'limited' && method !== 'webauthn')) return
      waiting?.abort()
      generation++
      last = method
      if (state.status === 'asking' || state.status === 'waiting' || state.status === 'limited') ask()
    },
    submit: async (code) => {
      if (state.status !== 'asking' || state.method === 'webauthn') return
      const { method } = state
      last = method
      await check({ method, offered }, () => answer(method, code))
    },
    usePasskey: async () => {
      if (state.status !== 'asking' || state.method !== 'webauthn') return
      const asked: Asked = { method: 'webauthn', offered }
      const mine = ++generation
      last = 'webauthn'
      const line = new AbortController()
      waiting = line
      become({ ...asked, status: 'waiting' })
      try {
        const challenge = await challengeFor('webauthn')
        const given = await assertionFor(challenge, line)
        if (mine !== generation) return
        if ('kind' in given) return ask(given)
        // One assertion answers one challenge.
        challenges.delete('webauthn')
        await check(asked, () => client.respond(challenge, given))
      } catch (error) {
        if (mine === generation) fail(error)
      }
    },
    stop,
    tick: () => {
      if (state.status === 'limited' && state.untilMs <= now()) ask()
    },
  }
}

const errorOf = (error: unknown): Pick<WatchwordBrowserError, 'code' | 'attemptsLeft' | 'retryAfterMs'> =>
  error instanceof WatchwordBrowserError ? error : { code: 'unsent', attemptsLeft: undefined, retryAfterMs: undefined }

/** The person has no such factor, the lock takes none, or the app has no domain for it. */
const impossible = new Set(['no-factor', 'invalid', 'conflict'])

/** What no other answer of the person can change. */
const final = new Set(['not-locked', 'insufficient-scope', 'origin-not-allowed', 'wrong-tenant'])
