import { type Given, given } from '@watchword/decider/testing'
import {
  type AddFactor,
  type Context,
  type DeadlinePassed,
  type EndSession,
  type LockCommand,
  type LockEvent,
  type LockPolicy,
  type LockRefusal,
  type OperatorLock,
  type OperatorUnlock,
  type RecordVerdict,
  type RemoveFactor,
  type RequestAdmission,
  type RequireVerification,
  type ResetFactors,
  type ResetProfile,
  type SubmitVerification,
  sessionLock,
  type UserLocks,
  type UseTicket,
  type WithholdLock,
} from '../src/index.ts'

export type GivenLocks = Given<UserLocks, LockCommand, LockEvent, LockRefusal>

export const MINUTE = 60_000
export const HOUR: number = 60 * MINUTE
export const DAY: number = 24 * HOUR

export const home: Context = { device: 'd-home', fingerprint: 'fp-home', network: '198.51.100.0/24', agent: 'ua-home' }
export const thief: Context = { device: 'd-thief', fingerprint: 'fp-x', network: '203.0.113.0/24', agent: 'ua-x' }

export const policy: LockPolicy = {
  windowMs: 8 * HOUR,
  onExpiry: 'soft',
  attemptsAllowed: 3,
  challengeTtlMs: 5 * MINUTE,
  totpPastSteps: 1,
}

type Head = Readonly<{ at: number; commandId: string; position: { partition: number; offset: number } }>

/** The offset is the time, unless a test says otherwise: later commands stand later in the log. */
export function head(at: number): Head {
  return { at, commandId: `c-${at}`, position: { partition: 0, offset: at } }
}

export function requireProof(at: number, data: Partial<RequireVerification['data']> = {}): RequireVerification {
  return {
    ...head(at),
    type: 'RequireVerification',
    data: {
      app: 'bank',
      session: 's-1',
      device: null,
      scope: 'session',
      level: 'HIGH',
      context: home,
      assessment: `a-0-${at}-0`,
      activity: `activity-${at}`,
      time: at,
      reasonUser: { en: 'We noticed a sign-in from a new place.' },
      factors: [],
      policy,
      grounds: 'proven',
      ...data,
    },
  }
}

export function withhold(at: number, data: Partial<WithholdLock['data']> = {}): WithholdLock {
  const named = { app: 'bank', session: null, device: null, scope: 'user', level: 'HIGH' } as const
  return { ...head(at), type: 'WithholdLock', data: { ...named, activity: `activity-${at}`, ...data } }
}

export function submit(at: number, data: Partial<SubmitVerification['data']> = {}): SubmitVerification {
  return {
    ...head(at),
    type: 'SubmitVerification',
    data: {
      purpose: 'unlock',
      challenge: `challenge-${at}`,
      challengeExpiresAt: at + 5 * MINUTE,
      lock: 'l-0-1000',
      lockVersion: 1000,
      factor: 'totp-1',
      passed: true,
      fault: null,
      step: at,
      backedUp: null,
      app: 'bank',
      session: 's-1',
      context: home,
      ...data,
    },
  }
}

export function addTotp(at: number, data: Partial<AddFactor['data']> = {}): AddFactor {
  const where = { app: 'bank', session: 's-1', context: home }
  const ceremony = { challenge: `registration-${at}`, challengeExpiresAt: at + 5 * MINUTE, step: 0, backedUp: null }
  const totp = { factor: 'totp-1', kind: 'totp', name: 'phone', sealed: 'sealed', ticket: true, ...where } as const
  return { ...head(at), type: 'AddFactor', data: { ...ceremony, ...totp, ...data } }
}

export function confirm(at: number, data: Partial<SubmitVerification['data']> = {}): SubmitVerification {
  return submit(at, { purpose: 'confirm', lock: null, lockVersion: null, ...data })
}

export function removeFactor(at: number, data: RemoveFactor['data']): RemoveFactor {
  return { ...head(at), type: 'RemoveFactor', data }
}

export function resetFactors(at: number): ResetFactors {
  return { ...head(at), type: 'ResetFactors', data: { reason: 'lost everything', operator: 'key-1' } }
}

export function useTicket(at: number, ticket: string, expiresAt: number): UseTicket {
  return { ...head(at), type: 'UseTicket', data: { ticket, purpose: 'subscribe', expiresAt } }
}

export function operatorLock(at: number, data: Partial<OperatorLock['data']> = {}): OperatorLock {
  return {
    ...head(at),
    type: 'OperatorLock',
    data: { reason: 'reported', operator: 'key-1', app: null, session: null, policy, ...data },
  }
}

export function operatorUnlock(at: number, data: Partial<OperatorUnlock['data']> = {}): OperatorUnlock {
  return {
    ...head(at),
    type: 'OperatorUnlock',
    data: { reason: 'called back', operator: 'key-1', lock: null, version: null, ...data },
  }
}

/** What an operator says of a login of the thief in session `s-1`, at time 500. */
export function recordVerdict(at: number, data: Partial<RecordVerdict['data']> = {}): RecordVerdict {
  return {
    ...head(at),
    type: 'RecordVerdict',
    data: {
      assessment: 'a-0-500-0',
      activity: 'activity-500',
      app: 'bank',
      session: 's-1',
      verdict: 'confirmed-compromised',
      by: 'operator',
      operator: 'key-1',
      note: null,
      assessed: assessedContext,
      ticket: null,
      ticketExpiresAt: null,
      time: 500,
      context: thief,
      policy,
      ...data,
    },
  }
}

const assessedContext: RecordVerdict['data']['assessed'] = {
  type: 'login',
  outcome: 'succeeded',
  late: false,
  ...thief,
  address: '203.0.113.7',
  learnable: true,
  asn: null,
  country: null,
  browser: null,
  os: null,
}

export function resetProfile(at: number): ResetProfile {
  return { ...head(at), type: 'ResetProfile', data: { reason: 'poisoned', operator: 'key-1' } }
}

/** An always-on client of the user that needs a second factor. */
export function requestAdmission(at: number, data: Partial<RequestAdmission['data']> = {}): RequestAdmission {
  return {
    ...head(at),
    type: 'RequestAdmission',
    data: {
      app: 'vpn',
      session: 'tunnel-1',
      device: 'd-home',
      client: 'always-on',
      resourceClass: 'protected',
      passwordChange: false,
      userMatches: true,
      credentialsAccepted: true,
      reachable: true,
      fault: null,
      requirement: 'required',
      level: 'tenant',
      owner: null,
      reason: null,
      policy,
      ...data,
    },
  }
}

export function endSession(at: number, session = 's-1'): EndSession {
  return { ...head(at), type: 'EndSession', data: { app: 'bank', session, reason: 'requested' } }
}

export function deadline(at: number, pass: string, until: number): DeadlinePassed {
  return { ...head(at), type: 'DeadlinePassed', data: { pass, until } }
}

/** A user who has had one TOTP factor, `totp-1`, since time 2. */
export function enrolled(): GivenLocks {
  return given(sessionLock).and(addTotp(1), confirm(2))
}

/** The enrolled user, locked at 1000 as lock `l-0-1000`, version 1000. */
export function locked(data: Partial<RequireVerification['data']> = {}): GivenLocks {
  return enrolled().and(requireProof(1000, data))
}

/** Types of the events, in order. */
export function types(events: readonly LockEvent[]): readonly LockEvent['type'][] {
  return events.map((event) => event.type)
}
