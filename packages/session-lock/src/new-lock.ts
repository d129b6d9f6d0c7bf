import { allowedFactors } from './allowed-factors.ts'
import type { Position } from './recorded.ts'
import type {
  Cause,
  Compromised,
  FactorKind,
  Lock,
  LockedBy,
  LockGrounds,
  LockLevel,
  LockPolicy,
  LockTarget,
} from './state.ts'

/** What a lock is made of, besides its id and version. */
export type LockTerms = Readonly<{
  by: LockedBy
  level: LockLevel
  reasonUser: Readonly<Record<string, string>>
  factors: readonly FactorKind[]
  causes: readonly Cause[]
  compromised?: readonly Compromised[]
  policy: LockPolicy
  grounds: LockGrounds
}>

/** A new lock on a target, named after the record that makes it. */
export function newLock(target: LockTarget, at: number, position: Position, terms: LockTerms): Lock {
  return {
    ...target,
    id: `l-${position.partition}-${position.offset}`,
    version: position.offset,
    level: terms.level,
    reasonUser: terms.reasonUser,
    factors: allowedFactors(terms.factors),
    since: at,
    by: terms.by,
    causes: terms.causes,
    moreCauses: 0,
    suspectSince: Math.min(at, ...terms.causes.map(({ time }) => time)),
    compromised: terms.compromised ?? [],
    policy: terms.policy,
    grounds: terms.grounds,
  }
}
