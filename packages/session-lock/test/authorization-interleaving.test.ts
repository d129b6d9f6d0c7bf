import assert from 'node:assert/strict'
import { test } from 'node:test'
import { replay } from '@watchword/decider'
import fc from 'fast-check'
import { personOf } from '@watchword/user-names'
import { type LockCommand, sessionLock, statusOf, type UserLocks } from '../src/index.ts'
import { answerApproval, consumeAuthorization, requestAuthorization } from './authorization-commands.ts'
import { deliver, type Happened, send, type System, systemOf } from './authorization-system.ts'
import { MINUTE, operatorLock, operatorUnlock } from './lock-commands.ts'

const users = ['alice', 'bob', 'carol', 'BOB', 'Alice'] as const

/** What must hold of everything that was let through, by what happened before it. */
function assertSound({ history }: System): void {
  const used = new Set<string>()
  for (const [index, { user, before, event }] of history.entries()) {
    if (event.type !== 'AuthorizationConsumed') continue
    const { id, owner, quorum, approver, approvals, requestedAt, expiresAt } = event.data.authorization
    assert.ok(!used.has(id), 'used twice')
    used.add(id)
    assert.ok(event.at < expiresAt, 'used after its end')
    const { app, session, device } = event.data.authorization
    assert.equal(statusOf(before, { app, session, device }, event.at).mfaVerified, true)
    const earlier = history.slice(0, index)
    assert.ok(
      !earlier.some(
        (one) =>
          one.user === user && one.event.type === 'AuthorizationDenied' && one.event.data.authorization.id === id,
      ),
    )
    const people = new Set(approvals.map((approval) => personOf(approval.user)))
    assert.ok(people.size >= quorum && people.size === approvals.length)
    assert.equal(people.has(personOf(owner)), approver === 'owner')
    for (const approval of approvals)
      assert.ok(earlier.some((one) => proves(one, id, approval.user, requestedAt, expiresAt)))
  }
}

/** Somebody proved to be `user` for this authorization, with a fresh factor of their own. */
function proves(
  { user, event, before }: Happened,
  id: string,
  approver: string,
  since: number,
  until: number,
): boolean {
  if (user !== approver || event.type !== 'ApprovalAnswered') return false
  const { authorization, answer, step } = event.data
  const factor = before.factors.find((one) => one.id === event.data.factor)
  const isFresh = step !== null && step > (factor?.lastStep ?? -1)
  return authorization === id && answer === 'approve' && isFresh && event.at >= since && event.at < until
}

const intents = fc.record({
  what: fc.oneof(
    {
      weight: 6,
      arbitrary: fc.constantFrom('ask', 'answer', 'answer', 'deliver', 'deliver', 'deliver', 'consume', 'consume'),
    },
    { weight: 1, arbitrary: fc.constantFrom('lock', 'unlock', 'deliver-again') },
  ),
  waitMs: fc.constantFrom(0, 0, 0, 1, 1000, MINUTE, 5 * MINUTE, 16 * MINUTE),
  pick: fc.nat(100),
  user: fc.constantFrom(...users),
  isRight: fc.integer({ min: 0, max: 5 }).map((n) => n > 0),
  quorum: fc.constantFrom(1, 1, 2),
  approver: fc.constantFrom('owner', 'supervisor', 'supervisor'),
  approvers: fc.constantFrom([], ['bob'], ['bob', 'carol'], ['carol', 'BOB']),
})

type Intent = typeof intents extends fc.Arbitrary<infer Value> ? Value : never

// oxlint-disable-next-line typescript/consistent-return -- the switch is exhaustive
function commandOf(intent: Intent, system: System, at: number): readonly [string, LockCommand] {
  const number = system.sent
  const { what, pick, user, isRight, quorum, approver } = intent
  const id = `z-${pick % 3}`
  const head = { commandId: `c-${number}`, position: { partition: 0, offset: number } }
  switch (what) {
    case 'ask': {
      const approvers = approver === 'owner' ? [] : intent.approvers
      const asked = {
        authorization: id,
        approver,
        approvers,
        quorum: approver === 'owner' ? 1 : quorum,
        session: `s-${pick % 2}`,
      }
      return ['alice', { ...requestAuthorization(at, asked), ...head }]
    }
    case 'answer': {
      const answer = isRight ? 'approve' : pick % 2 === 0 ? 'deny' : 'approve'
      const challenge = { challenge: `ch-${pick % 7}`, challengeExpiresAt: 10_000 * MINUTE }
      const data = {
        authorization: id,
        answer,
        numberMatched: isRight,
        step: 10 + (number % 50),
        ...challenge,
      } as const
      const asked = system.states.get('alice')?.authorizations.owned.find((one) => one.id === id)
      const requestedAt = asked?.requestedAt ?? at
      return [user, { ...answerApproval(at, { ...data, requestedAt, prompted: pick % 4 === 0 }), ...head }]
    }
    case 'lock':
      return ['alice', { ...operatorLock(at, { app: 'bank', session: `s-${pick % 2}` }), ...head }]
    case 'unlock':
      return ['alice', { ...operatorUnlock(at), ...head }]
    case 'consume':
    case 'deliver':
    case 'deliver-again':
      return [
        'alice',
        { ...consumeAuthorization(at, { authorization: id, parametersHash: isRight ? 'hash-1' : 'other' }), ...head },
      ]
  }
}

function play(tries: readonly Intent[]): System {
  let system = systemOf(...users)
  let at = 10
  for (const intent of tries) {
    at += intent.waitMs
    const index = intent.pick % Math.max(1, system.relays.length)
    if (intent.what === 'deliver') system = deliver(system, index, at)
    else if (intent.what === 'deliver-again') system = deliver(system, index, at, true)
    else system = send(system, ...commandOf(intent, system, at))
  }
  return system
}

test('whatever is tried in whatever order, and told however late or often: nothing is let through that enough others have not proved to want, nor twice', () => {
  fc.assert(
    fc.property(fc.array(intents, { maxLength: 80, size: 'max' }), (tries) => assertSound(play(tries))),
    { numRuns: 500 },
  )
})

test('nobody has more open, or is asked more, than the limits say; and events alone give the same state', () => {
  fc.assert(
    fc.property(fc.array(intents, { maxLength: 80, size: 'max' }), (tries) => {
      const { states, history } = play(tries)
      for (const [user, state] of states) {
        assertBounded(state)
        const events = history.flatMap((one) => (one.user === user ? [one.event] : []))
        assert.equal(JSON.stringify({ ...replay(sessionLock, events), seen: state.seen }), JSON.stringify(state))
      }
    }),
    { numRuns: 200 },
  )
})

function assertBounded({ authorizations, at }: UserLocks): void {
  const { owned, prompts } = authorizations
  const isOpen = ({ outcome, expiresAt }: (typeof owned)[number]): boolean =>
    (outcome.status === 'pending' || outcome.status === 'approved') && at < expiresAt
  assert.ok(owned.filter(isOpen).length <= 3 && owned.length <= 20)
  assert.ok(prompts.filter((prompt) => prompt.isOpen && at < prompt.expiresAt).length <= 5 && prompts.length <= 40)
  assert.ok(owned.every((one) => isOpen(one) || one.parameters === null))
}

test('every interleaving of two approvals, a denial and two uses', () => {
  const at = 1000
  const numbered = (command: LockCommand, name: string): LockCommand => ({ ...command, commandId: name })
  const steps: readonly (readonly [string, LockCommand])[] = [
    ['bob', numbered(answerApproval(at, { prompted: true, requestedAt: at }), 'bob-yes')],
    ['carol', numbered(answerApproval(at, { prompted: true, requestedAt: at }), 'carol-yes')],
    [
      'dave',
      numbered(answerApproval(at, { prompted: true, requestedAt: at, answer: 'deny', reason: 'no' }), 'dave-no'),
    ],
    ['alice', numbered(consumeAuthorization(at), 'use-1')],
    ['alice', numbered(consumeAuthorization(at), 'use-2')],
  ]
  const asked = { approvers: ['bob', 'carol', 'dave'], quorum: 2 }
  let start = send(systemOf('alice', 'bob', 'carol', 'dave'), 'alice', numbered(requestAuthorization(at, asked), 'ask'))
  while (start.relays.length > 0) start = deliver(start, 0, at)
  const seen = new Set<string>()
  const ends = new Set<string>()

  function explore(system: System, left: typeof steps): void {
    const name = JSON.stringify([
      [...system.states],
      system.relays.map(({ commandId }) => commandId),
      left.map(([, { commandId }]) => commandId),
    ])
    if (seen.has(name)) return
    seen.add(name)
    assertSound(system)
    for (const [index, step] of left.entries()) explore(send(system, ...step), left.toSpliced(index, 1))
    for (const index of system.relays.keys()) explore(deliver(system, index, at), left)
    if (left.length === 0 && system.relays.length === 0)
      ends.add(system.states.get('alice')?.authorizations.owned[0]?.outcome.status ?? '')
  }
  explore(start, steps)
  assert.deepEqual(ends, new Set(['denied', 'consumed', 'approved']))
  assert.ok(seen.size > 500, `${seen.size} states`)
})
