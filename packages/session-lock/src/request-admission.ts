import { admissionOf } from '@watchword/admission'
import { accept, refuse } from '@watchword/decider'
import { factorKinds } from './allowed-factors.ts'
import type { RequestAdmission } from './commands.ts'
import type { LockDecision, LockEvent } from './events.ts'
import { LOCKS_MAX, PENDING_MAX } from './limits.ts'
import { targetOf } from './lock-target.ts'
import { newLock } from './new-lock.ts'
import type { Lock, Pass, UserLocks } from './state.ts'
import { statusOf, vouches } from './status.ts'

const asked: Readonly<Record<string, string>> = { en: 'Verify that it is you who connects.' }

/** Decides about an attempt to connect; one that has to wait for the person gets a lock, which is opened as any other. */
export function requestAdmission(command: RequestAdmission, state: UserLocks): LockDecision {
  const { at, data } = command
  const { policy: _, ...facts } = data
  const status = statusOf(state, data, at)
  const window = state.passes.filter((pass) => pass.until > at && covers(pass, data)).map(({ until }) => until)
  const { userMatches, credentialsAccepted, reachable, requirement } = data
  const windowOver = window.length === 0
  const { outcome, reason } = admissionOf({
    conditions: { userMatches, credentialsAccepted, reachable, secondFactorOn: requirement === 'required', windowOver },
    waived: requirement === 'waived',
    resourceClass: data.resourceClass,
    passwordChange: data.passwordChange,
    sessionEnded: status.sessionState === 'ended',
    lock: lockKind(status),
  })
  const made = outcome === 'pending' && status.lock === null ? pendingLock(command) : null
  const decided: LockEvent = {
    type: 'AdmissionDecided',
    at,
    data: {
      ...facts,
      windowOver,
      outcome,
      because: reason,
      lock: outcome === 'pending' ? ((made ?? status.lock)?.id ?? null) : null,
      verifiedUntil: windowOver ? null : Math.max(...window),
    },
  }
  if (made === null) return accept(decided)
  const room = superseded(state, at)
  if (room === null) return refuse('too-many-uses')
  const locked: LockEvent = { type: 'SessionLocked', at, data: { lock: made, operator: null, reason: null } }
  return accept(...room, locked, decided)
}

function lockKind({ locked, isPending }: ReturnType<typeof statusOf>): 'none' | 'pending' | 'caused' {
  if (!locked) return 'none'
  return isPending ? 'pending' : 'caused'
}

/** A client that nobody sits at goes with whoever has proved themselves on its device. */
function covers(pass: Pass, { app, session, device, client }: RequestAdmission['data']): boolean {
  return (
    vouches(pass, { app, session, device }) || (client === 'always-on' && device !== null && pass.device === device)
  )
}

/** The proof has to come from the device that is to connect on its own, where it is known. */
function pendingLock({ at, data, position, commandId }: RequestAdmission): Lock {
  const { app, session, device, client, policy } = data
  const context = { device, fingerprint: null, network: null, agent: null }
  const causes =
    client === 'always-on' && device !== null ? [{ assessment: null, activity: commandId, time: at, context }] : []
  return newLock(targetOf({ scope: 'session', app, session, device }), at, position, {
    by: 'requirement',
    grounds: 'proven',
    level: 'LOW',
    reasonUser: asked,
    factors: factorKinds,
    causes,
    policy,
  })
}

/**
 * Whoever connects again and again under new names must not fill the user's locks: the oldest that waits is ended, which opens nothing.
 * Null where locks with a cause have taken all the room.
 */
function superseded({ locks }: UserLocks, at: number): readonly LockEvent[] | null {
  const waiting = locks.filter(({ by }) => by === 'requirement')
  if (waiting.length < PENDING_MAX && locks.length < LOCKS_MAX - 1) return []
  const oldest = waiting.find(({ scope }) => scope === 'session')
  if (oldest === undefined || oldest.app === null || oldest.session === null) return null
  const { app, session } = oldest
  return [{ type: 'SessionEnded', at, data: { app, session, by: 'expiry', reason: 'never-verified' } }]
}
