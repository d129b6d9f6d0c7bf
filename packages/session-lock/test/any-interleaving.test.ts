import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replay } from '@watchword/decider'
import fc from 'fast-check'
import {
  decideOnce,
  initialState,
  type Lock,
  type LockCommand,
  type LockEvent,
  prune,
  remember,
  sessionLock,
  statusOf,
  type UserLocks,
} from '../src/index.ts'
import { type Intent, toCommand } from './intents.ts'
import { DAY, HOUR, home, MINUTE, thief } from './lock-commands.ts'

const usual: readonly Intent['type'][] = [
  'RequireVerification',
  'SubmitVerification',
  'AddFactor',
  'OperatorLock',
  'DeadlinePassed',
  'RequestAdmission',
  'redeliver',
]
const rare: readonly Intent['type'][] = [
  'WithholdLock',
  'RemoveFactor',
  'ResetFactors',
  'UseTicket',
  'OperatorUnlock',
  'EndSession',
]

/** Anything anybody may try, with the waits that matter: none, short, past a block, past a window, past thirty days. */
const intents: fc.Arbitrary<Intent> = fc.record({
  type: fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...rare) },
  ),
  waitMs: fc.constantFrom(0, 0, 1, 1, 1000, MINUTE, 16 * MINUTE, 9 * HOUR, 31 * DAY),
  pick: fc.nat(100),
  isRight: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
  isStale: fc.integer({ min: 0, max: 4 }).map((n) => n === 0),
  step: fc.nat(40),
  context: fc.constantFrom(home, home, thief, { ...home, network: null }, null),
  scope: fc.constantFrom('session', 'session', 'device', 'user'),
  level: fc.constantFrom('LOW', 'MEDIUM', 'HIGH'),
  kind: fc.constantFrom('totp', 'webauthn', 'recovery-code'),
  onExpiry: fc.constantFrom('soft', 'force', 'step-up'),
  grounds: fc.constantFrom('proven', 'proven', 'unproven'),
})

type Step = Readonly<{ command: LockCommand; before: UserLocks; after: UserLocks; events: readonly LockEvent[] }>

/** The lock stage lets no command through whose record is more than two minutes away from when it was made. */
const redeliveredWithinMs = 4 * MINUTE

/** Plays what somebody tries, in this order; a redelivery sends an earlier record again, unchanged but for the log time. */
function play(tries: readonly Intent[], start: UserLocks = initialState): readonly Step[] {
  const steps: Step[] = []
  let state = start
  let at = 0
  for (const [offset, intent] of tries.entries()) {
    at += intent.waitMs
    const again = steps.length === 0 ? undefined : steps[intent.pick % steps.length]?.command
    const first = steps.find((step) => step.command.commandId === again?.commandId)?.command
    const command =
      intent.type === 'redeliver' && again !== undefined && at - (first?.at ?? at) <= redeliveredWithinMs
        ? { ...again, at, position: { partition: 0, offset } }
        : toCommand(intent, state, at, offset)
    // Some redeliveries come so late that the id is forgotten: what was done must hold by itself then.
    const before = intent.type === 'redeliver' && intent.isStale ? { ...state, seen: [] } : state
    const decision = decideOnce(command, before)
    const events = decision.accepted ? decision.events : []
    const after = remember(
      events.reduce((now, event) => sessionLock.evolve(now, event), before),
      command,
    )
    steps.push({ command, before, after, events })
    state = after
  }
  return steps
}

function always(guarantee: (step: Step) => void): void {
  fc.assert(
    fc.property(fc.array(intents, { maxLength: 60, size: 'max' }), (tries) => {
      for (const step of play(tries)) guarantee(step)
    }),
    { numRuns: 300 },
  )
}

test('no lock goes unless its current version was answered with a then-active factor, an operator opened it, or its session ended', () => {
  always(({ command, before, after }) => {
    const gone = before.locks.filter((lock) => after.locks.every((one) => one.id !== lock.id))
    for (const lock of gone) {
      if (command.type === 'OperatorUnlock') continue
      const session = { app: lock.app, session: lock.session }
      if (lock.session !== null && statusOf(after, session, command.at).sessionState === 'ended') continue
      assert.ok(command.type === 'SubmitVerification', `opened by ${command.type}`)
      const { data } = command
      assert.ok(data.passed && data.purpose === 'unlock')
      if (data.lock === lock.id) assert.equal(data.lockVersion, lock.version)
      else assert.ok(lock.by === 'requirement' && wasAnsweredWith(lock, before, after, data.context?.device ?? null))
      const factor = before.factors.find((one) => one.id === data.factor)
      assert.equal(factor?.status, 'active')
      assert.ok(factor.kind !== 'totp' || (data.step !== null && data.step > (factor.lastStep ?? -1)))
      assert.ok(after.used.some((used) => used.id === `challenge:${data.challenge}`))
    }
  })
})

/** A client that only waits goes with another lock of its session, or of the device that answered. */
function wasAnsweredWith({ app, session, causes }: Lock, before: UserLocks, after: UserLocks, device: string | null) {
  const pass = after.passes.find(({ id }) => before.passes.every((older) => older.id !== id))
  const sameSession = pass !== undefined && pass.session === session && pass.app === app
  return sameSession || (device !== null && causes.length === 1 && causes[0]?.context.device === device)
}

test('nobody is admitted to what is protected while a lock applies, nor without a pass or an exception', () => {
  always(({ command, before, events }) => {
    const decided = events.find((event) => event.type === 'AdmissionDecided')
    if (command.type !== 'RequestAdmission' || decided?.type !== 'AdmissionDecided') return
    if (decided.data.outcome !== 'admitted') return
    const { app, session, device, requirement } = command.data
    assert.equal(statusOf(before, { app, session, device }, command.at).mfaVerified, true)
    if (requirement === 'waived') return
    const vouching = before.passes.filter((pass) => pass.until > command.at)
    assert.ok(vouching.some((pass) => (pass.app === app && pass.session === session) || pass.device === device))
  })
})

test('versions of locks and the count of pushed changes only grow', () => {
  always(({ before, after }) => {
    assert.ok(after.seq >= before.seq)
    for (const lock of before.locks) {
      const next = after.locks.find((one) => one.id === lock.id)
      if (next === undefined) continue
      assert.ok(next.version >= lock.version)
      if (next.level !== lock.level || next.factors.length !== lock.factors.length || next.causes !== lock.causes)
        assert.ok(next.version > lock.version)
    }
  })
})

test('an ended session is never admitted again within thirty days', () => {
  always(({ before, after, command }) => {
    for (const { app, session, at } of before.endedSessions) {
      if (command.at - at >= 30 * DAY) continue
      const status = statusOf(after, { app, session }, command.at)
      assert.equal(status.sessionState, 'ended')
      assert.equal(status.mfaVerified, false)
    }
  })
})

test('a demand for proof never resets attempts and never opens', () => {
  always(({ command, before, after }) => {
    if (command.type !== 'RequireVerification') return
    assert.deepEqual(prune(after, command.at).attempts, prune(before, command.at).attempts)
    assert.ok(after.locks.length >= before.locks.length)
  })
})

test('a deadline or a redelivery never admits', () => {
  always(({ command, before, after }) => {
    const isSeen = before.seen.includes(command.commandId)
    if (isSeen) assert.deepEqual(after, before)
    if (!isSeen && command.type !== 'DeadlinePassed') return
    for (const lock of before.locks) {
      const query = { app: lock.app, session: lock.session, device: lock.device }
      assert.equal(statusOf(after, query, command.at).mfaVerified, false)
    }
  })
})

test('no challenge, ticket or step grants twice', () => {
  fc.assert(
    fc.property(fc.array(intents, { maxLength: 60, size: 'max' }), (tries) => {
      const granted = new Set<string>()
      for (const { data, type } of play(tries).flatMap((step) => step.events)) {
        const names =
          type === 'TicketUsed'
            ? [`ticket ${data.ticket}`]
            : type === 'VerificationPassed'
              ? [`challenge ${data.challenge}`, ...stepsOf(data)]
              : []
        for (const name of names) {
          assert.ok(!granted.has(name), name)
          granted.add(name)
        }
      }
    }),
    { numRuns: 300 },
  )
})

/** The counter of an authenticator that does not count is no step: its challenge alone is. */
function stepsOf({ factor, factorKind, step }: Extract<LockEvent, { type: 'VerificationPassed' }>['data']): string[] {
  return step === null || (factorKind === 'webauthn' && step === 0) ? [] : [`step ${factor} ${step}`]
}

test('the state stays bounded, and is plain data that a JSON round trip does not change', () => {
  always(({ after }) => {
    assert.ok(after.locks.length <= 64 && after.passes.length <= 32 && after.factors.length <= 16)
    assert.ok(after.endedSessions.length <= 512 && after.used.length <= 256 && after.seen.length <= 64)
    assert.ok(after.locks.every((lock) => lock.causes.length <= 8 && lock.factors.length > 0))
    assert.equal(new Set(after.locks.map((lock) => lock.id)).size, after.locks.length)
    assert.deepEqual(JSON.parse(JSON.stringify(after)), after)
  })
})

test('the same commands, or their events alone, give the same state to the byte', () => {
  fc.assert(
    fc.property(fc.array(intents, { maxLength: 60, size: 'max' }), (tries) => {
      const steps = play(tries)
      const last = steps.at(-1)?.after ?? initialState
      assert.equal(JSON.stringify(play(tries).at(-1)?.after ?? initialState), JSON.stringify(last))
      const folded = replay(
        sessionLock,
        steps.flatMap((step) => step.events),
      )
      assert.equal(JSON.stringify({ ...folded, seen: last.seen }), JSON.stringify(last))
    }),
    { numRuns: 100 },
  )
})
