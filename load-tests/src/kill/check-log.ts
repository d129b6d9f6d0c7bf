import type { Verdicts } from '../campaign/verdicts.ts'
import type { Ledger } from './ledger.ts'
import type { VisibleLog, VisibleRecord } from './visible-log.ts'

/** Holds the log of the stopped platform against what the driver was told. */
export function checkLog(log: Pick<VisibleLog, 'of' | 'deadLetters'>, ledger: Ledger, verdicts: Verdicts): void {
  verdicts.expect('no record was put aside as poison', log.deadLetters === 0, () => `${log.deadLetters} dead letters`)
  checkActivities(log, ledger, verdicts)
  checkDemands(log, verdicts)
  checkLocks(log, ledger, verdicts)
  checkCodes(log, verdicts)
}

function checkActivities(log: Pick<VisibleLog, 'of'>, ledger: Ledger, verdicts: Verdicts): void {
  const kept = new Map<string, number>()
  for (const { value } of log.of('activity'))
    if (value?.body.type === 'activity') kept.set(value.body.data.id, (kept.get(value.body.data.id) ?? 0) + 1)
  const judged = new Map<string, number>()
  for (const { value } of log.of('assessment'))
    if (value) judged.set(value.activity, (judged.get(value.activity) ?? 0) + 1)

  for (const [id, { acknowledged, sends, user }] of ledger.activities) {
    const times = kept.get(id) ?? 0
    if (acknowledged)
      verdicts.expect(
        'an acknowledged activity is in the log',
        times >= 1,
        () => `${id} of ${user}, sent ${sends} times`,
      )
    verdicts.expect(
      'no activity is in the log more often than it was sent',
      times <= sends,
      () => `${id}: ${times}/${sends}`,
    )
    const expected = times === 0 ? 0 : 1
    const seen = judged.get(id) ?? 0
    verdicts.expect('an activity has exactly one visible assessment', seen === expected, () => {
      return `${id} of ${user}: ${seen} assessments, ${times} records`
    })
  }
}

function checkDemands(log: Pick<VisibleLog, 'of'>, verdicts: Verdicts): void {
  const demands = new Map<string, number>()
  for (const { value } of log.of('mfa'))
    if (value?.body.type === 'mfa-required') {
      const { assessment } = value.body.data
      demands.set(assessment, (demands.get(assessment) ?? 0) + 1)
    }
  for (const { value } of log.of('assessment'))
    if (value?.decision === 'step-up' || value?.decision === 'deny')
      verdicts.expect('a decision to step up asks the lock stage exactly once', demands.get(value.id) === 1, () => {
        return `${value.id}: ${demands.get(value.id) ?? 0} demands`
      })
}

type Changes = Readonly<{ locked: Map<string, string>; unlocked: Map<string, { user: string; by: string }> }>

function checkLocks(log: Pick<VisibleLog, 'of'>, ledger: Ledger, verdicts: Verdicts): void {
  const { locked, unlocked } = changesOf(log.of('session'), verdicts)
  for (const [id, user] of ledger.lockIds)
    verdicts.expect('an acknowledged lock is in the log', locked.get(id) === user, () => `${id} of ${user}`)
  for (const [id, user] of ledger.unlockedIds)
    verdicts.expect('an acknowledged unlock is in the log', unlocked.get(id)?.user === user, () => `${id} of ${user}`)
  for (const [id, { user, by }] of unlocked) {
    const isEarned =
      ledger.unlockedIds.has(id) || ledger.mayHaveOpened(user, by === 'operator' ? 'operator' : 'verification')
    verdicts.expect('no lock opens unearned', isEarned, () => `${id} of ${user} by ${by}`)
  }
  checkLockStates(log, ledger, { locked, unlocked }, verdicts)
}

function changesOf(records: readonly VisibleRecord<'session'>[], verdicts: Verdicts): Changes {
  const locked = new Map<string, string>()
  const unlocked = new Map<string, { user: string; by: string }>()
  const ended = new Set<string>()
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
      const session = JSON.stringify([value.user, value.body.data.app, value.body.data.session])
      verdicts.expect('a session ends once', !ended.has(session), () => session)
      ended.add(session)
    }
  }
  return { locked, unlocked }
}

function checkLockStates(log: Pick<VisibleLog, 'of'>, ledger: Ledger, changes: Changes, verdicts: Verdicts): void {
  const states = new Map<string, VisibleRecord<'lock'>>()
  for (const record of log.of('lock')) states.set(record.key, record)
  for (const [key, { value }] of states)
    for (const { id } of value?.locks ?? []) {
      const holds = changes.locked.has(id) && !changes.unlocked.has(id)
      verdicts.expect('the lock state agrees with what was said', holds, () => `${id} in the state of ${key}`)
    }
  const open = new Map([...states.values()].flatMap(({ value }) => (value ? [[value.user, value] as const] : [])))
  for (const user of ledger.users) {
    const state = open.get(user)
    for (const session of ledger.endedOf(user))
      if (ledger.endOf(user, session) === 'yes') {
        const holds = state?.endedSessions.some((ended) => ended.session === session) ?? false
        verdicts.expect('an ended session stays ended', holds, () => `${session} of ${user}`)
      }
    for (const target of ledger.targetsOf(user))
      if (ledger.lockOf(user, target) === 'yes') {
        const holds = state?.locks.some(
          (lock) => lock.scope === 'user' || lock.scope === 'device' || lock.session === target,
        )
        verdicts.expect('an acknowledged lock is in the lock state', holds ?? false, () => `${target} of ${user}`)
      }
  }
}

function checkCodes(log: Pick<VisibleLog, 'of'>, verdicts: Verdicts): void {
  const passed = passedCommands(log.of('session'))
  const spent = new Set<string>()
  for (const { value } of log.of('mfa')) {
    if (value?.body.type !== 'verification-attempted' || !passed.has(value.commandId)) continue
    const { factor, step } = value.body.data
    const code = JSON.stringify([value.user, factor, step])
    verdicts.expect('a code opens once', !spent.has(code), () => code)
    spent.add(code)
  }
}

/** What one command led to stands together in its partition, and the last record names the command. */
function passedCommands(records: readonly VisibleRecord<'session'>[]): ReadonlySet<string> {
  const passed = new Set<string>()
  const passing = new Set<number>()
  for (const { value, partition } of records) {
    if (value?.body.type === 'verification-passed') passing.add(partition)
    if (value === null || value.commandId === null) continue
    if (passing.delete(partition)) passed.add(value.commandId)
  }
  return passed
}
