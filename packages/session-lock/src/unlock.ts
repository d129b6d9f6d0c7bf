import type { SubmitVerification } from './commands.ts'
import { endedSessionsOf } from './compromised.ts'
import { sameContext } from './context.ts'
import { isEnded } from './ended-sessions.ts'
import type { LockEvent, SessionEnded } from './events.ts'
import { roomForPass } from './passes.ts'
import type { Factor, Lock, Pass, UserLocks } from './state.ts'

/** What a right answer to a lock does: it vouches for the context that answered, and for no other one. */
export function unlockedBy(
  command: SubmitVerification,
  lock: Lock,
  factor: Factor,
  state: UserLocks,
): readonly LockEvent[] {
  const { at, data } = command
  const vouchedCauses = lock.causes.filter((cause) => sameContext(cause.context, data.context))
  const isSame = vouchedCauses.length === lock.causes.length && lock.moreCauses === 0
  const endings = endedWith(command, lock, isSame, state)
  const answeredIn = { app: lock.app ?? data.app, session: lock.session ?? data.session }
  const ended = endings.some(({ data: one }) => one.app === answeredIn.app && one.session === answeredIn.session)
  const pass = passOf(command, lock, factor, ended ? null : liveSession(command, lock, state))
  const passed: LockEvent = {
    type: 'VerificationPassed',
    at,
    data: {
      lock: lock.id,
      version: lock.version,
      challenge: data.challenge,
      challengeExpiresAt: data.challengeExpiresAt,
      factor: factor.id,
      factorKind: factor.kind,
      verifiedUntil: pass.until,
      ...answeredIn,
      context: data.context,
      ended,
      vouched: vouchedCauses.map((cause) => cause.activity),
      disowned: lock.causes.filter((cause) => !vouchedCauses.includes(cause)).map((cause) => cause.activity),
      step: data.step,
      backedUp: data.backedUp,
      backupChanged: factor.backedUp !== null && data.backedUp !== null && factor.backedUp !== data.backedUp,
      pass,
    },
  }
  const waiting = coveredBy(pass, lock, state).map((other) => opened(command, other))
  return [...roomForPass(state, pass, command), passed, ...endings, ...opening(command, lock, isSame), ...waiting]
}

/** The locked session that somebody else used, or those that were said to be somebody else's: they end rather than open. */
function endedWith(
  { at, data }: SubmitVerification,
  lock: Lock,
  isSame: boolean,
  state: UserLocks,
): readonly SessionEnded[] {
  if (isSame) return []
  const { app, session } = lock
  if (app !== null && session !== null)
    return [{ type: 'SessionEnded', at, data: { app, session, by: 'verification', reason: 'another-context' } }]
  const foreign = lock.compromised.filter(({ context }) => !sameContext(context, data.context))
  return endedSessionsOf(foreign, at, 'verification', state)
}

function opening(command: SubmitVerification, lock: Lock, isSame: boolean): readonly LockEvent[] {
  // A lock of a session ends with it.
  if (!isSame && lock.app !== null && lock.session !== null) return []
  // The answer came from another device: it says nothing of the one that is locked.
  const { context } = command.data
  if (!isSame && lock.scope === 'device' && context !== null && context.device !== lock.device) return []
  return [opened(command, lock)]
}

function opened({ at }: SubmitVerification, { id, version, scope, app, session, device }: Lock): LockEvent {
  const data = {
    lock: id,
    version,
    scope,
    app,
    session,
    device,
    by: 'verification',
    operator: null,
    reason: null,
  } as const
  return { type: 'SessionUnlocked', at, data }
}

/** Other clients that waited for this very proof: of the same session, or an always-on one of the device that answered. */
function coveredBy(pass: Pass, answered: Lock, { locks }: UserLocks): readonly Lock[] {
  return locks.filter((lock) => {
    if (lock.id === answered.id || lock.by !== 'requirement') return false
    if (lock.session !== null && lock.session === pass.session && lock.app === pass.app) return true
    const [cause] = lock.causes
    return pass.device !== null && cause?.context.device === pass.device
  })
}

/** The session that the answer was given in, unless it has ended: the one that the person goes on with is not known yet. */
function liveSession({ data }: SubmitVerification, lock: Lock, state: UserLocks): string | null {
  const session = lock.session ?? data.session
  return session !== null && isEnded(state, lock.app ?? data.app, session) ? null : session
}

function passOf({ at, data, position }: SubmitVerification, lock: Lock, factor: Factor, session: string | null): Pass {
  return {
    id: `p-${position.partition}-${position.offset}`,
    app: lock.app ?? data.app,
    session,
    device: data.context?.device ?? null,
    context: data.context,
    level: lock.level,
    factorKind: factor.kind,
    at,
    until: at + lock.policy.windowMs,
    onExpiry: lock.policy.onExpiry,
    policy: lock.policy,
  }
}
