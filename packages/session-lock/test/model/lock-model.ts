import assert from 'node:assert/strict'
import {
  attemptsLeft,
  type DeadlinePassed,
  type FactorKind,
  type LockCommand,
  type RequireVerification,
  statusOf,
  type SubmitVerification,
  type UserLocks,
} from '../../src/index.ts'
import { MINUTE, policy } from '../lock-commands.ts'
import {
  concerns,
  isExact,
  kinds,
  levels,
  type ModelLock,
  type ModelPass,
  nameOf,
  probes,
  reaches,
  taken,
  targetOf,
  vouches,
} from './lock-reach.ts'

/** What is observed of one command: what was asked, whether somebody was let through by it, and the state after it. */
export type Observed = Readonly<{ command: LockCommand; isPassed: boolean; after: UserLocks }>

/** What must hold of the locks of one user, in as few words as there are; knows nothing of how they are kept. */
export interface LockModel {
  observe(observed: Observed): void
}

export function createLockModel(factors: ReadonlyMap<string, FactorKind>): LockModel {
  const locks = new Map<string, ModelLock>()
  const ended = new Set<string>()
  const spent = new Set<string>()
  const counters = new Map<string, number>()
  let passes: ModelPass[] = []
  /** Times of wrong answers since the last right one or the last block. */
  let wrong: number[] = []
  let blocks = 0
  let blockedUntil = 0

  function demanded({ at, position, data }: RequireVerification): void {
    const target = targetOf(data)
    const session = `${data.app} ${data.session}`
    if (data.session !== null && ended.has(session)) return
    const allowed = data.factors.length === 0 ? kinds : data.factors
    const level = levels.indexOf(data.level)
    const isProvedSince = passes.some(
      (pass) =>
        (data.session === null || pass.session === session) &&
        data.time <= pass.at &&
        at < pass.until &&
        level <= pass.level &&
        allowed.includes(pass.kind) &&
        pass.context === data.context,
    )
    if (isProvedSince) return
    // Whatever is riskier than what was proved against takes the proof away.
    passes = passes.filter((pass) => level <= pass.level || !concerns(target, pass, data))
    const known = locks.get(nameOf(target))
    if (known !== undefined) {
      known.level = Math.max(known.level, level)
      known.named.push(allowed)
      known.isExact &&= data.grounds === 'unproven'
      if (!known.contexts.includes(data.context)) known.contexts.push(data.context)
      return
    }
    const id = `l-${position.partition}-${position.offset}`
    const made = {
      target,
      id,
      version: position.offset,
      level,
      named: [allowed],
      takes: allowed,
      contexts: [data.context],
      isExact: isExact(data),
      onExpiry: data.policy.onExpiry,
    }
    locks.set(nameOf(target), made)
  }

  /** Whether an answer is looked at: in time, of the very lock that there is, and with what is strong enough for all that was asked. */
  function isJudged({ at, data }: SubmitVerification): boolean {
    const lock = [...locks.values()].find((one) => one.id === data.lock)
    const kind = factors.get(data.factor)
    if (lock === undefined || kind === undefined || lock.version !== data.lockVersion) return false
    if (!lock.takes.includes(kind)) return false
    if (data.challenge === null || spent.has(data.challenge) || at >= (data.challengeExpiresAt ?? 0)) return false
    return at >= blockedUntil || (kind === 'webauthn' && data.passed)
  }

  /** Right, and used for the first time. */
  function isRight({ data }: SubmitVerification): boolean {
    const kind = factors.get(data.factor)
    return data.passed && kind !== undefined && isFresh(data, kind)
  }

  function isFresh({ factor, step }: SubmitVerification['data'], kind: FactorKind): boolean {
    if (step === null) return false
    if (kind === 'recovery-code') return !spent.has(`${factor} ${step}`)
    return (
      step > (counters.get(factor) ?? -1) || (kind === 'webauthn' && step === 0 && (counters.get(factor) ?? 0) === 0)
    )
  }

  function passed({ at, data, position }: SubmitVerification): void {
    const lock = [...locks.values()].find((one) => one.id === data.lock)
    const kind = factors.get(data.factor)
    assert.ok(lock && kind)
    spent.add(data.challenge ?? '')
    spent.add(`${data.factor} ${data.step}`)
    counters.set(data.factor, Math.max(counters.get(data.factor) ?? 0, data.step ?? 0))
    wrong = []
    blocks = 0
    blockedUntil = 0
    const isOwn = lock.contexts.every((context) => context === data.context)
    const { app, session, device } = lock.target
    const verified =
      session === null ? (data.session === null ? null : `${data.app} ${data.session}`) : `${app} ${session}`
    // The latest verification of a session is what counts.
    const pass = {
      id: `p-${position.partition}-${position.offset}`,
      until: at + policy.windowMs,
      onExpiry: lock.onExpiry,
      session: verified !== null && (isOwn || session === null) && !ended.has(verified) ? verified : null,
      at,
      level: lock.level,
      kind,
      context: data.context,
    }
    const isReplaced = (older: ModelPass): boolean =>
      older.session === pass.session && (pass.session !== null || older.context === pass.context)
    passes = [...passes.filter((older) => !isReplaced(older)), pass]
    if (!isOwn && session !== null) return end(`${app} ${session}`)
    if (isOwn || device === null || data.context?.device === device) locks.delete(nameOf(lock.target))
  }

  function failed({ at, data }: SubmitVerification): void {
    const last = wrong.at(-1)
    if (last !== undefined && at - last >= 15 * MINUTE) wrong = []
    wrong.push(at)
    if (factors.get(data.factor) === 'webauthn') spent.add(data.challenge ?? '')
    if (wrong.length < policy.attemptsAllowed) return
    wrong = []
    blockedUntil = at + Math.min(15 * 2 ** blocks, 24 * 60) * MINUTE
    blocks += 1
    const lock = [...locks.values()].find((one) => one.id === data.lock)
    if (lock?.target.session) end(`${lock.target.app} ${lock.target.session}`)
  }

  /** What its policy says of a verification whose time is over: nothing, the end of its session, or that it has to be given again. */
  function expired({ at, data, position }: DeadlinePassed): void {
    const pass = passes.find((one) => one.id === data.pass && one.until === data.until)
    if (pass === undefined || at < pass.until) return
    passes = passes.filter((one) => one !== pass)
    if (pass.onExpiry === 'soft') return
    if (pass.onExpiry === 'force' && pass.session !== null) return end(pass.session)
    const [app = null, session = null] = pass.session?.split(' ') ?? []
    const target = { app, session, device: session === null ? (pass.context?.device ?? null) : null }
    if (locks.has(nameOf(target))) return
    const terms = {
      level: pass.level,
      named: [kinds],
      takes: kinds,
      contexts: [],
      isExact: false,
      onExpiry: pass.onExpiry,
    }
    const id = `l-${position.partition}-${position.offset}`
    locks.set(nameOf(target), { target, id, version: position.offset, ...terms })
  }

  function end(session: string): void {
    if (ended.has(session)) return
    ended.add(session)
    locks.delete(`session ${session}`)
    passes = passes.filter((pass) => pass.session !== session)
  }

  function learn({ command, isPassed }: Observed): void {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- enrolments and approvals have tests of their own
    switch (command.type) {
      case 'RequireVerification':
        return demanded(command)
      case 'SubmitVerification':
        if (!isJudged(command)) return assert.equal(isPassed, false, 'let through though nothing was to be judged')
        assert.equal(isPassed, isRight(command), isPassed ? 'let through unearned' : 'earned, and kept out')
        return isPassed ? passed(command) : failed(command)
      case 'OperatorLock':
        for (const lock of locks.values())
          if (nameOf(lock.target) === nameOf({ ...command.data, device: null })) lock.isExact = false
        return
      case 'OperatorUnlock':
        for (const [name, lock] of locks)
          if (command.data.lock === null || (command.data.lock === lock.id && command.data.version === lock.version))
            locks.delete(name)
        return
      case 'DeadlinePassed':
        return expired(command)
      case 'EndSession':
        return end(`${command.data.app} ${command.data.session}`)
      default:
    }
  }

  /** A lock that an operator put there: the model takes note of it, and holds it as every other. */
  function admit({ command, after }: Observed): void {
    for (const lock of after.locks) {
      const name = nameOf(lock)
      const known = locks.get(name)
      if (known === undefined) {
        assert.equal(command.type, 'OperatorLock')
        locks.set(name, {
          target: lock,
          id: lock.id,
          version: lock.version,
          level: levels.indexOf(lock.level),
          named: [kinds],
          takes: lock.factors,
          contexts: [],
          isExact: false,
          onExpiry: lock.policy.onExpiry,
        })
        continue
      }
      assert.equal(known.id, lock.id)
      assert.ok(lock.version >= known.version, 'a version fell')
      assert.ok(levels.indexOf(lock.level) >= known.level, 'a level fell')
      known.takes = taken(known.named, lock.factors)
      known.version = lock.version
      known.level = levels.indexOf(lock.level)
    }
  }

  function hold({ command, after }: Observed): void {
    assert.deepEqual(after.locks.map(nameOf).toSorted(), [...locks.keys()].toSorted(), `after ${command.type}`)
    for (const session of ended) {
      const [app, id] = session.split(' ')
      const { mfaVerified, sessionState } = statusOf(after, { app, session: id }, command.at)
      assert.deepEqual([mfaVerified, sessionState], [false, 'ended'], 'an ended session came back')
    }
    for (const query of probes) {
      const isLocked = [...locks.values()].some((lock) => reaches(lock, query))
      const { mfaVerified, verifiedUntil } = statusOf(after, query, command.at)
      assert.equal(mfaVerified, !isLocked && !ended.has(`${query.app} ${query.session}`), JSON.stringify(query))
      const isProved = mfaVerified && passes.some((pass) => vouches(pass, query, command.at))
      assert.equal(verifiedUntil !== null, isProved, `proved ${JSON.stringify(query)}`)
    }
    const last = wrong.at(-1)
    const spentNow = last === undefined || command.at - last >= 15 * MINUTE ? 0 : wrong.length
    for (const lock of after.locks) {
      const left = command.at < blockedUntil ? 0 : policy.attemptsAllowed - spentNow
      assert.equal(attemptsLeft(after, lock, command.at), left, 'attempts')
    }
  }

  return {
    observe(observed) {
      learn(observed)
      admit(observed)
      hold(observed)
    },
  }
}
