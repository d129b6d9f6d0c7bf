import fc, { type AsyncCommand } from 'fast-check'
import type { FactorKind, Lock, OnExpiry, SubmitVerification } from '../../src/index.ts'
import {
  deadline,
  endSession,
  HOUR,
  home,
  MINUTE,
  operatorLock,
  operatorUnlock,
  policy,
  requireProof,
  submit,
  thief,
} from '../lock-commands.ts'
import type { LockModel } from './lock-model.ts'
import type { LockSystem } from './lock-system.ts'

type Client = AsyncCommand<LockModel, LockSystem>

/** A client whose steps come between those of all others. */
function client(name: string, act: (system: LockSystem) => Promise<void>): Client {
  return {
    check: () => true,
    async run(_model, system) {
      system.start(() => act(system))
    },
    toString: () => name,
  }
}

const sessions = ['s-1', 's-2'] as const
const contexts = fc.constantFrom(home, home, thief)
const pick = fc.nat(7)
const factorOf: Readonly<Record<FactorKind, string>> = { webauthn: 'key-1', totp: 'totp-1', 'recovery-code': 'codes' }

/** The newest step of a factor at a time, or one that may have been used. */
function stepOf(kind: FactorKind, now: number, isOld: boolean, number: number): number {
  if (kind === 'recovery-code') return number
  return isOld ? 5 : now
}

/** Asks for a challenge to a lock that is in force, and answers it later, right or wrong. */
const answers = fc
  .record({
    kind: fc.constantFrom<FactorKind>('webauthn', 'totp', 'recovery-code'),
    isRight: fc.boolean(),
    isOld: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
    context: contexts,
    session: fc.constantFrom(...sessions),
    twice: fc.boolean(),
    pick,
  })
  .map((answer) =>
    client(`answer ${JSON.stringify(answer)}`, async (system) => {
      const { kind, isRight, isOld, context, session } = answer
      const lock = system.state.locks[answer.pick % Math.max(1, system.state.locks.length)]
      if (lock === undefined) return
      const asked = { lock: lock.id, lockVersion: lock.version, challengeExpiresAt: system.now + 5 * MINUTE }
      const challenge = `challenge-${lock.version}-${kind}-${answer.pick}-${asked.challengeExpiresAt}`
      await system.meanwhile('an answer is thought about')
      const step = stepOf(kind, system.now, isOld, answer.pick)
      const given = { ...asked, challenge, factor: factorOf[kind], passed: isRight, step, context, session }
      system.append(submit(system.now, given))
      if (!answer.twice) return
      await system.meanwhile('the same answer is sent again')
      system.append(submit(system.now, given satisfies Partial<SubmitVerification['data']>))
    }),
  )

/** The scorer judges, and what it asks for arrives later. */
const demands = fc
  .record({
    scope: fc.constantFrom<Lock['scope']>('session', 'session', 'device', 'user'),
    level: fc.constantFrom('LOW', 'MEDIUM', 'HIGH'),
    factors: fc.subarray<FactorKind>(['webauthn', 'totp', 'recovery-code']),
    onExpiry: fc.constantFrom<OnExpiry>('soft', 'force', 'step-up'),
    session: fc.constantFrom(...sessions),
    context: contexts,
    grounds: fc.constantFrom('proven', 'proven', 'unproven'),
  })
  .map((demand) =>
    client(`demand ${JSON.stringify(demand)}`, async (system) => {
      const { scope, level, factors, onExpiry, context, grounds } = demand
      const time = system.now
      await system.meanwhile('a demand is on its way')
      const where = { session: scope === 'session' ? demand.session : null, device: context.device }
      const what = { scope, level, factors, context, grounds, time, policy: { ...policy, onExpiry } }
      system.append(requireProof(system.now, { ...where, ...what }))
    }),
  )

const operators = fc.record({ unlocks: fc.boolean(), all: fc.boolean(), user: fc.boolean(), pick }).map((order) =>
  client(`operator ${JSON.stringify(order)}`, async (system) => {
    const lock = system.state.locks[order.pick % Math.max(1, system.state.locks.length)]
    await system.meanwhile('an operator decides')
    if (!order.unlocks)
      return system.append(operatorLock(system.now, order.user ? {} : { app: 'bank', session: 's-1' }))
    if (order.all) return system.append(operatorUnlock(system.now))
    if (lock !== undefined) system.append(operatorUnlock(system.now, { lock: lock.id, version: lock.version }))
  }),
)

const deadlines = fc.record({ pick, early: fc.boolean() }).map((due) =>
  client(`deadline ${JSON.stringify(due)}`, async (system) => {
    const pass = system.state.passes[due.pick % Math.max(1, system.state.passes.length)]
    if (pass === undefined) return
    await system.meanwhile('a timer is set')
    if (!due.early) system.wait(Math.max(0, pass.until - system.now))
    system.append(deadline(system.now, pass.id, pass.until))
  }),
)

const signOuts = fc.constantFrom(...sessions).map((session) =>
  client(`sign out ${session}`, async (system) => {
    await system.meanwhile('somebody leaves')
    system.append(endSession(system.now, session))
  }),
)

const waits = fc.constantFrom(1, 1_000, MINUTE, 5 * MINUTE, 16 * MINUTE, 9 * HOUR).map((ms) =>
  client(`wait ${ms}`, async (system) => {
    await system.meanwhile('time passes')
    system.wait(ms)
  }),
)

/** Everybody who acts on the locks of one user, several of each at once. */
export const clients: fc.Arbitrary<Client>[] = [
  answers,
  answers,
  demands,
  demands,
  operators,
  deadlines,
  signOuts,
  waits,
]
