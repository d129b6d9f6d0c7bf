import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createVerdicts } from '../campaign/verdicts.ts'
import { type Appends, checkLog } from './check-log.ts'
import { createLedger, type Ledger } from '../load/ledger.ts'
import type { VisibleLog } from './visible-log.ts'

type Planted = Readonly<Record<string, readonly object[]>>

type Log = Pick<VisibleLog, 'activityIds' | 'assessments' | 'of' | 'deadLetters' | 'lockStates'>

/** A log of these values; what the checks do not look at is left out. The last lock state stands. */
function logOf(planted: Planted, deadLetters = 0): Log {
  const of = (name: string): readonly object[] =>
    (planted[name] ?? []).map((value, offset) => ({ topic: name, partition: 0, offset, key: 'demo:alice', value }))
  const lockStates = new Map((planted['lock'] ?? []).map((value) => ['demo:alice', value])) as VisibleLog['lockStates']
  return {
    deadLetters,
    lockStates,
    activityIds: (planted['activity'] ?? []).map((value) => (value as ReturnType<typeof activity>).body.data.id),
    assessments: (planted['assessment'] ?? []) as Log['assessments'],
    of: of as Log['of'],
  }
}

const activity = (id: string) => ({ user: 'alice', body: { type: 'activity', data: { id } } })
const assessment = (id: string, decision = 'allow') => ({ id: `a-${id}`, activity: id, decision })
const demand = (id: string, session = 's-l-1') => ({
  user: 'alice',
  body: { type: 'mfa-required', data: { assessment: `a-${id}`, session } },
})
const said = (type: string, data: object, commandId: string | null = null) => ({
  user: 'alice',
  commandId,
  body: { type, data },
})
const locked = (id: string) => said('session-locked', { lock: { id } })
const unlocked = (id: string, by = 'operator') => said('session-unlocked', { lock: id, by })
const ended = (session: string) => said('session-ended', { app: 'demo', session })
const attempt = (commandId: string, step: number) => ({
  user: 'alice',
  commandId,
  body: { type: 'verification-attempted', data: { factor: 'f-1', step } },
})
const state = (ids: readonly string[], endedSessions: readonly string[] = []) => ({
  user: 'alice',
  locks: ids.map((id) => ({ id, scope: 'session', session: `s-${id}` })),
  endedSessions: endedSessions.map((session) => ({ session })),
})

/** The checks that fail for a ledger and a log. */
function failing(log: Log, tell: (ledger: Ledger) => void, appends: Appends = 'once'): readonly string[] {
  const ledger = createLedger()
  tell(ledger)
  const verdicts = createVerdicts()
  checkLog(log, ledger, { verdicts, appends })
  return verdicts.lines().flatMap((line) => /^ {2}(.*): \d+ held, [1-9]\d* failed$/.exec(line)?.[1] ?? [])
}

const told =
  (...ids: readonly string[]) =>
  (ledger: Ledger): void => {
    for (const id of ids) {
      ledger.sending(id, 'alice')
      ledger.acknowledged(id)
    }
  }

describe('the checks of the log after kills', () => {
  it('find nothing in a log that holds what was acknowledged', () => {
    const sound = {
      activity: [activity('1'), activity('2')],
      assessment: [assessment('1'), assessment('2', 'step-up')],
      mfa: [demand('2'), attempt('c-1', 7), attempt('c-2', 8)],
      session: [locked('l-1'), locked('l-2'), unlocked('l-2'), said('verification-passed', {}, 'c-1')],
      lock: [state(['l-1', 'l-2']), state(['l-1'])],
    }
    const problems = failing(logOf(sound), (ledger) => {
      told('1', '2')(ledger)
      ledger.locked('alice', 's-l-2', 'acknowledged', 'l-2')
      ledger.unlockedAll('alice', 'acknowledged', ['l-2'])
      ledger.locked('alice', 's-l-1', 'acknowledged', 'l-1')
    })
    assert.deepEqual(problems, [])
  })

  it('find an acknowledged activity that is lost, one that is there too often, and one judged twice or never', () => {
    assert.deepEqual(failing(logOf({}), told('1')), ['an acknowledged activity is in the log'])
    const twice = { activity: [activity('1'), activity('1')], assessment: [assessment('1')] }
    assert.deepEqual(failing(logOf(twice), told('1')), ['no activity is in the log more often than it was sent'])
    assert.deepEqual(failing(logOf(twice), told('1'), 'at-least-once'), [])
    const judgedTwice = { activity: [activity('1')], assessment: [assessment('1'), assessment('1')] }
    assert.deepEqual(failing(logOf(judgedTwice), told('1')), ['an activity has exactly one visible assessment'])
    assert.deepEqual(failing(logOf({ activity: [activity('1')] }), told('1')), [
      'an activity has exactly one visible assessment',
    ])
  })

  it('find a decision that nobody was asked about, and dead letters', () => {
    const log = { activity: [activity('1')], assessment: [assessment('1', 'deny')] }
    assert.deepEqual(failing(logOf(log), told('1')), ['a decision to step up asks the lock stage exactly once'])
    assert.deepEqual(failing(logOf({}, 1), told()), ['no record was put aside as poison'])
  })

  it('find a lost lock, a lost unlock, a lock that opens unearned, and one that comes or goes twice', () => {
    const lost = failing(logOf({}), (ledger) => ledger.locked('alice', 's-l-1', 'acknowledged', 'l-1'))
    assert.deepEqual(lost, ['an acknowledged lock is in the log', 'an acknowledged lock is in the lock state'])
    const unearned = { session: [locked('l-1'), unlocked('l-1')] }
    assert.deepEqual(failing(logOf(unearned), told()), ['no lock opens unearned'])
    const earned = (ledger: Ledger): void => ledger.unlockedAll('alice', 'cut')
    assert.deepEqual(failing(logOf(unearned), earned), [])
    const verified = { session: [locked('l-1'), unlocked('l-1', 'verification')] }
    assert.deepEqual(failing(logOf(verified), earned), ['no lock opens unearned'])
    const code = { user: 'alice', factor: 'f-1', secret: 's', step: 7 }
    const verify =
      (lockId: string, told: 'acknowledged' | 'cut') =>
      (ledger: Ledger): void =>
        ledger.verified({ ...code, told }, 's-l-1', lockId)
    assert.deepEqual(failing(logOf(verified), verify('l-1', 'cut')), [])
    assert.deepEqual(failing(logOf(verified), verify('l-2', 'cut')), ['no lock opens unearned'])
    const twice = { session: [locked('l-1'), locked('l-1'), unlocked('l-1'), unlocked('l-1')] }
    assert.deepEqual(failing(logOf(twice), earned), ['a lock comes into force once', 'a lock opens once'])
    const unlockLost = failing(logOf({}), (ledger) => ledger.unlockedAll('alice', 'acknowledged', ['l-1']))
    assert.deepEqual(unlockLost, ['an acknowledged unlock is in the log'])
  })

  it('find a lock state that was never said, and an ended session that came back or ended twice', () => {
    assert.deepEqual(failing(logOf({ lock: [state(['l-1'])] }), told()), ['the lock state agrees with what was said'])
    const end = (ledger: Ledger): void => ledger.ended('alice', 's-1', 'acknowledged')
    assert.deepEqual(failing(logOf({ session: [ended('s-1')], lock: [state([], ['s-1'])] }), end), [])
    assert.deepEqual(failing(logOf({ session: [ended('s-1')], lock: [state([])] }), end), [
      'an ended session stays ended',
    ])
    const again = { session: [ended('s-1'), ended('s-1')], lock: [state([], ['s-1'])] }
    assert.deepEqual(failing(logOf(again), end), ['a session ends once'])
    assert.deepEqual(failing(logOf({ session: [ended('s-1')] }), told()), ['no session ends unasked'])
  })

  it('find somebody who was asked for proof, gave none, and is not locked', () => {
    const log = { mfa: [demand('1', 's-l-1'), demand('2', 's-l-2')], session: [locked('l-1')], lock: [state(['l-1'])] }
    const expected = 'whoever was asked for proof is locked until it is given'
    assert.deepEqual(failing(logOf(log), told()), [expected])
    const unlock = (ledger: Ledger): void => ledger.unlockedAll('alice', 'cut')
    assert.deepEqual(failing(logOf(log), unlock), [])
  })

  it('find a code that opened twice, and count no wrong answer as one', () => {
    const mfa = [attempt('c-1', 7), attempt('c-2', 7)]
    const pass = (command: string) => [said('verification-passed', {}), said('command-accepted', {}, command)]
    assert.deepEqual(failing(logOf({ mfa, session: [...pass('c-1'), ...pass('c-2')] }), told()), ['a code opens once'])
    const wrong = said('verification-failed', {}, 'c-2')
    assert.deepEqual(failing(logOf({ mfa, session: [...pass('c-1'), wrong] }), told()), [])
  })
})
