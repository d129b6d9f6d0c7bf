import type { LockState } from '@watchword/contracts'
import type { Verdicts } from '../campaign/verdicts.ts'
import type { Ledger } from '../load/ledger.ts'
import type { VisibleLog, VisibleRecord } from './visible-log.ts'

type Changes = Readonly<{
  locked: ReadonlyMap<string, string>
  unlocked: ReadonlyMap<string, Readonly<{ user: string; by: string }>>
  ended: readonly Readonly<{ user: string; session: string }>[]
}>

/** What was said of locks, and how everybody stands in the end. */
export function checkLocks(log: Pick<VisibleLog, 'of' | 'lockStates'>, ledger: Ledger, verdicts: Verdicts): void {
  const changes = changesOf(log.of('session'), verdicts)
  const { locked, unlocked, ended } = changes
  for (const [id, user] of ledger.lockIds)
    verdicts.expect('an acknowledged lock is in the log', locked.get(id) === user, () => `${id} of ${user}`)
  for (const [id, user] of ledger.unlockedIds)
    verdicts.expect('an acknowledged unlock is in the log', unlocked.get(id)?.user === user, () => `${id} of ${user}`)
  for (const [id, { user, by }] of unlocked) {
    const isEarned =
      ledger.unlockedIds.has(id) || ledger.mayHaveOpened(user, id, by === 'operator' ? 'operator' : 'verification')
    verdicts.expect('no lock opens unearned', isEarned, () => `${id} of ${user} by ${by}`)
  }
  for (const { user, session } of ended)
    verdicts.expect('no session ends unasked', ledger.endOf(user, session) !== 'no', () => `${session} of ${user}`)
  checkLockStates(log.lockStates, changes, verdicts)
  const states = new Map([...log.lockStates.values()].map((state) => [state.user, state] as const))
  checkKept(states, ledger, verdicts)
  checkDemanded(log, states, ledger, verdicts)
}

function changesOf(records: readonly VisibleRecord<'session'>[], verdicts: Verdicts): Changes {
  const locked = new Map<string, string>()
  const unlocked = new Map<string, { user: string; by: string }>()
  const ended = new Map<string, { user: string; session: string }>()
  for (const { value } of records) {
    if (value?.body.type === 'session-locked') {
      const { id } = value.body.data.lock
      verdicts.expect('a lock comes into force once', !locked.has(id), () => id)
      locked.set(id, value.user)
    }
    if (value?.body.type === 'session-unlocked') {
      const { lock, by } = value.body.data
      verdicts.expect('a lock opens once', !unlocked.has(lock), () => lock)
      unlocked.set(lock, { user: value.user, by })
    }
    if (value?.body.type === 'session-ended') {
      const { app, session } = value.body.data
      const name = JSON.stringify([value.user, app, session])
      verdicts.expect('a session ends once', !ended.has(name), () => name)
      ended.set(name, { user: value.user, session })
    }
  }
  return { locked, unlocked, ended: [...ended.values()] }
}

function checkLockStates(
  states: VisibleLog['lockStates'],
  { locked, unlocked }: Pick<Changes, 'locked' | 'unlocked'>,
  verdicts: Verdicts,
): void {
  for (const [key, { locks }] of states)
    for (const { id } of locks) {
      const holds = locked.has(id) && !unlocked.has(id)
      verdicts.expect('the lock state agrees with what was said', holds, () => `${id} in the state of ${key}`)
    }
}

type States = ReadonlyMap<string, LockState>

/** What was acknowledged and not taken back is in the states. */
function checkKept(states: States, ledger: Ledger, verdicts: Verdicts): void {
  for (const user of ledger.users) {
    const state = states.get(user)
    for (const session of ledger.endedOf(user))
      if (ledger.endOf(user, session) === 'yes') {
        const holds = state?.endedSessions.some((ended) => ended.session === session) ?? false
        verdicts.expect('an ended session stays ended', holds, () => `${session} of ${user}`)
      }
    for (const target of ledger.targetsOf(user))
      if (ledger.lockOf(user, target) === 'yes')
        verdicts.expect('an acknowledged lock is in the lock state', keeps(state, target), () => `${target} of ${user}`)
  }
}

/** Whoever was asked for proof, and never gave any nor was let in by an operator, is locked. */
function checkDemanded(log: Pick<VisibleLog, 'of'>, states: States, ledger: Ledger, verdicts: Verdicts): void {
  for (const { value } of log.of('mfa')) {
    if (value?.body.type !== 'mfa-required' || ledger.everOpened(value.user)) continue
    const { user, body } = value
    const holds = keeps(states.get(user), body.data.session)
    verdicts.expect(
      'whoever was asked for proof is locked until it is given',
      holds,
      () => `${body.data.assessment} of ${user}`,
    )
  }
}

function keeps(state: LockState | undefined, session: string | null): boolean {
  const isLocked = state?.locks.some(
    (lock) => lock.scope === 'user' || lock.scope === 'device' || lock.session === session,
  )
  return isLocked === true || (state?.endedSessions.some((ended) => ended.session === session) ?? false)
}
