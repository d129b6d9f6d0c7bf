import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import fc from 'fast-check'
import { isEmpty, type LockEvent, statusOf, type UserLocks } from '../src/index.ts'
import {
  addTotp,
  confirm,
  endSession,
  enrolled,
  HOUR,
  home,
  operatorUnlock,
  recordVerdict,
  requireProof,
  submit,
  thief,
  types,
  useTicket,
} from './lock-commands.ts'

const byUser = (ticket: string) =>
  ({ by: 'user', operator: null, ticket, ticketExpiresAt: 10 * HOUR, verdict: 'confirmed-compromised' }) as const
const stolen = { app: 'bank', session: 's-1' }
const other = { app: 'shop', session: 's-9' }
const ended = (events: readonly LockEvent[]) =>
  events.flatMap(({ type, data }) => (type === 'SessionEnded' ? [`${data.app}/${data.session}`] : []))
const compromised = enrolled().and(recordVerdict(1000))

function answer(at: number, state: UserLocks, context: typeof home | null) {
  const [lock] = state.locks
  return submit(at, {
    lock: lock?.id ?? null,
    lockVersion: lock?.version ?? null,
    context,
    step: 7,
    challenge: `c-${at}`,
  })
}

describe('a verdict of compromised', () => {
  test('locks every session of the user at once, proven, at the highest level', () => {
    const { events, after } = enrolled().when(recordVerdict(1000))
    assert.deepEqual(types(events), ['VerdictRecorded', 'SessionLocked'])
    for (const session of [stolen, other, {}])
      assert.partialDeepStrictEqual(statusOf(after.state, session, 1000), {
        locked: true,
        lock: { scope: 'user', level: 'HIGH', grounds: 'proven', by: 'operator' },
      })
  })

  test('takes back what vouched before', () => {
    const passed = compromised.and(answer(2000, compromised.state, home))
    assert.equal(passed.state.passes.length, 1)
    const { events } = passed.when(recordVerdict(3000, { assessment: 'a-0-2500-0', activity: 'activity-2500' }))
    assert.deepEqual(types(events), ['VerdictRecorded', 'PassVoided', 'SessionLocked'])
  })

  test('ends the session of the activity when the person answers from elsewhere, and opens the others', () => {
    const { events, after } = compromised.when(answer(2000, compromised.state, home))
    assert.deepEqual(types(events), ['VerificationPassed', 'SessionEnded', 'SessionUnlocked'])
    assert.equal(statusOf(after.state, stolen, 2000).sessionState, 'ended')
    assert.equal(statusOf(after.state, other, 2000).locked, false)
  })

  test('lets the session go on when the person answers from that very context', () => {
    const { events } = compromised.when(answer(2000, compromised.state, thief))
    assert.deepEqual(types(events), ['VerificationPassed', 'SessionUnlocked'])
  })

  test('makes a lock in force its own, and asks for an answer to its cause even where the lock is full', () => {
    let full = compromised
    for (let place = 1; place <= 9; place++)
      full = full.and(recordVerdict(1000 + place, { assessment: `a-0-${place}-0`, activity: `activity-${place}` }))
    const [lock] = full.state.locks
    assert.equal(full.state.locks.length, 1)
    assert.deepEqual([lock?.version, lock?.causes.length, lock?.moreCauses], [1009, 8, 2])
    assert.deepEqual(types(full.when(answer(2000, full.state, thief)).events), [
      'VerificationPassed',
      'SessionUnlocked',
    ])
  })

  test('takes the place of what only risk says in a full lock, and what went is counted', () => {
    const demands = Array.from({ length: 8 }, (_, place) =>
      requireProof(900 + place, { scope: 'user', session: null, context: { ...thief, network: `n-${place}` } }),
    )
    const full = enrolled().and(...demands, recordVerdict(1000), recordVerdict(1001, { assessment: 'a-0-501-0' }))
    const [lock] = full.state.locks
    assert.deepEqual([lock?.causes.length, lock?.moreCauses], [8, 2])
    assert.deepEqual(
      lock?.causes.slice(-3).map(({ assessment }) => assessment),
      ['a-0-905-0', 'a-0-500-0', 'a-0-501-0'],
    )
  })

  test('ends every session confirmed compromised, however many: at the answer, or at once where no more are kept', () => {
    const sessions = Array.from({ length: 40 }, (_, place) => place)
    let now = enrolled()
    const atOnce: string[] = []
    for (const place of sessions) {
      const { events, after } = now.when(
        recordVerdict(1000 + place, {
          assessment: `a-0-${place}-0`,
          activity: '42',
          app: place % 2 === 0 ? 'bank' : 'shop',
          session: `s-${place}`,
          context: { ...thief, device: `d-${place}` },
        }),
      )
      atOnce.push(...ended(events))
      now = after
    }
    const answered = now.when(answer(2000, now.state, home))
    assert.deepEqual([atOnce.length, ended(answered.events).length], [8, 32])
    const apps = sessions.map((place) => `${place % 2 === 0 ? 'bank' : 'shop'}/s-${place}`)
    assert.deepEqual([...ended(answered.events), ...atOnce], apps)
    assert.equal(now.state.locks[0]?.compromised.length, 32)
  })

  test('ends a session that was ended already no second time', () => {
    const gone = compromised.and(endSession(1500))
    assert.deepEqual(types(gone.when(answer(2000, gone.state, home)).events), ['VerificationPassed', 'SessionUnlocked'])
  })

  test('bars a factor that was added after the earliest theft, whatever was said since', () => {
    const demands = Array.from({ length: 7 }, (_, place) =>
      requireProof(900 + place, { scope: 'user', session: null, context: { ...thief, network: `n-${place}` } }),
    )
    const now = enrolled().and(
      addTotp(500, { factor: 'totp-2' }),
      confirm(600, { factor: 'totp-2' }),
      ...demands,
      recordVerdict(1000, { time: 400 }),
      recordVerdict(1001, { assessment: 'a-0-700-0', time: 700 }),
    )
    const [lock] = now.state.locks
    const byNewFactor = { lock: lock?.id ?? null, lockVersion: lock?.version ?? null, factor: 'totp-2', context: home }
    assert.equal(now.when(submit(2000, byNewFactor)).refusal, 'factor-too-new')
  })

  test('is opened by no other verdict', () => {
    for (const verdict of ['confirmed-safe', 'dismissed'] as const) {
      const { events, after } = compromised.when(recordVerdict(2000, { verdict }))
      assert.deepEqual(types(events), ['VerdictRecorded'])
      assert.equal(statusOf(after.state, other, 2000).locked, true)
    }
  })
})

describe('verdicts', () => {
  test('the same verdict again has no effect while the user is locked, and locks again who is not, recorded once', () => {
    assert.deepEqual(compromised.when(recordVerdict(3000)).events, [])
    const opened = compromised.and(operatorUnlock(2000))
    const { events, after } = opened.when(recordVerdict(3000))
    assert.deepEqual(types(events), ['SessionLocked'])
    assert.equal(statusOf(after.state, other, 3000).locked, true)
    assert.deepEqual(after.when(recordVerdict(3000)).events, [], 'redelivered')
    const safe = compromised.and(recordVerdict(2000, { verdict: 'dismissed' }), operatorUnlock(2500))
    assert.deepEqual(safe.when(recordVerdict(3000, { verdict: 'dismissed' })).events, [])
  })

  test('what an operator confirmed compromised, and not taken back, ends when an operator opens the lock', () => {
    const { events, after } = compromised.when(operatorUnlock(2000))
    assert.deepEqual(types(events), ['SessionEnded', 'SessionUnlocked'])
    assert.equal(statusOf(after.state, stolen, 2000).sessionState, 'ended')
    const both = compromised.and(requireProof(1500)).when(operatorUnlock(2000))
    assert.deepEqual(types(both.events), ['SessionEnded', 'SessionUnlocked'], 'a lock of the session ends with it')
    const takenBack = compromised.and(recordVerdict(1500, { verdict: 'dismissed' }))
    assert.deepEqual(types(takenBack.when(operatorUnlock(2000)).events), ['SessionUnlocked'])
    const byMailbox = compromised.and(recordVerdict(1500, { ...byUser('t-1'), verdict: 'confirmed-safe' }))
    assert.deepEqual(ended(byMailbox.when(operatorUnlock(2000)).events), ['bank/s-1'])
  })

  test('of contradictory ones the latest counts, and each is said', () => {
    const { events, after } = compromised
      .and(recordVerdict(2000, { verdict: 'confirmed-safe' }))
      .when(recordVerdict(3000))
    assert.deepEqual(types(events).slice(0, 1), ['VerdictRecorded'])
    assert.deepEqual(after.state.verdicts, [
      { assessment: 'a-0-500-0', verdict: 'confirmed-compromised', by: 'operator' },
    ])
  })

  test("a user's own word is recorded and changes nothing of what an operator confirmed compromised", () => {
    const byOperator = compromised.state.verdicts
    for (const verdict of ['confirmed-safe', 'confirmed-compromised'] as const) {
      const { events, after } = compromised.when(recordVerdict(2000, { ...byUser('t-1'), verdict }))
      assert.deepEqual(types(events).slice(0, 2), ['TicketUsed', 'VerdictRecorded'])
      assert.deepEqual(after.state.verdicts, byOperator)
    }
    const taken = compromised.and(recordVerdict(2000, { verdict: 'dismissed' }))
    const { after } = taken.when(recordVerdict(3000, { ...byUser('t-1'), verdict: 'confirmed-safe' }))
    assert.partialDeepStrictEqual(after.state.verdicts, [{ verdict: 'confirmed-safe', by: 'user' }])
  })

  test('a ticket is good once, in time, and is used up by a verdict that stands already', () => {
    const used = enrolled().and(recordVerdict(1000, byUser('t-1')))
    assert.equal(used.when(recordVerdict(2000, byUser('t-1'))).refusal, 'ticket-used')
    assert.equal(used.when(recordVerdict(10 * HOUR, byUser('t-2'))).refusal, 'ticket-expired')
    const again = used.when(recordVerdict(2000, byUser('t-2')))
    assert.deepEqual(types(again.events), ['TicketUsed'])
    assert.equal(again.after.when(recordVerdict(3000, byUser('t-2'))).refusal, 'ticket-used')
  })

  test('as many tickets as a mailbox may hold leave room for the answer to the lock', () => {
    const tickets = Array.from({ length: 300 }, (_, index) =>
      recordVerdict(1000 + index, { ...byUser(`t-${index}`), assessment: `a-0-${index}-0` }),
    )
    const full = enrolled().and(...tickets)
    assert.equal(full.when(recordVerdict(2000, byUser('t-300'))).refusal, 'too-many-uses')
    assert.equal(full.state.used.filter(({ id }) => id.startsWith('report:')).length, 64)
    const { after } = full.when(answer(2000, full.state, home))
    assert.equal(statusOf(after.state, other, 2000).locked, false)
    const uses = Array.from({ length: 256 }, (_, index) => useTicket(3000 + index, `u-${index}`, 10 * HOUR))
    const busy = enrolled().and(...uses)
    assert.equal(busy.when(useTicket(4000, 'one-more', 10 * HOUR)).refusal, 'too-many-uses')
    assert.equal(busy.when(recordVerdict(4000, byUser('t-1'))).refusal, null)
  })

  test('the latest of so many assessments are remembered, and what is remembered keeps a user from being forgotten', () => {
    const verdicts = Array.from({ length: 70 }, (_, index) =>
      recordVerdict(index, { assessment: `a-0-${index}-0`, verdict: 'dismissed' }),
    )
    const { state } = enrolled().and(...verdicts)
    assert.equal(state.verdicts.length, 64)
    assert.equal(isEmpty(state), false)
  })
})

test('whatever is said in whatever order, the latest verdict stands and compromised never leaves the user open', () => {
  const said = fc.record({
    assessment: fc.integer({ min: 0, max: 3 }),
    verdict: fc.constantFrom('confirmed-compromised', 'confirmed-safe', 'dismissed'),
    user: fc.boolean(),
  })
  fc.assert(
    fc.property(fc.array(said, { maxLength: 30 }), (tries) => {
      let now = enrolled()
      const latest = new Map<string, string>()
      for (const [index, { assessment: place, verdict, user }] of tries.entries()) {
        const assessment = `a-0-${place}-0`
        const by = user ? 'user' : 'operator'
        const isSame = latest.get(assessment) === `${verdict} ${by}`
        const { events, after } = now.when(
          recordVerdict(1000 + index, { assessment, activity: `a-${place}`, verdict, by }),
        )
        assert.equal(types(events).includes('VerdictRecorded'), !isSame)
        const isConfirmed = latest.get(assessment) === 'confirmed-compromised operator'
        if (!user || !isConfirmed) latest.set(assessment, `${verdict} ${by}`)
        now = after
      }
      const standing = now.state.verdicts.map((one) => [one.assessment, `${one.verdict} ${one.by}`] as const)
      assert.deepEqual(new Map(standing), latest)
      const isLocked = tries.some(({ verdict }) => verdict === 'confirmed-compromised')
      assert.equal(statusOf(now.state, other, 2000).locked, isLocked)
    }),
  )
})
