import { type Lock, parseLock } from '@watchword/frames'
import { type HttpTransport, pathSegment } from './http-transport.ts'
import { type KnownNames, unsupportedUserNames } from './known-names.ts'
import type { Status, Subject } from './status.ts'
import { WatchwordError } from './watchword-error.ts'

/** The guard's answer about a subject; `asOf` and `verifiedUntil` are RFC 3339. */
export type UserStatus = Status & {
  readonly user: string
  readonly session?: string
  readonly verifiedUntil?: string
  readonly asOf: string
}

/** Asks the guard for a status; `timeout`, `unreachable` or `catching-up` mean unknown, never verified. */
export const fetchUserStatus = async (
  transport: HttpTransport,
  subject: Subject,
  timeoutMs: number,
  names: KnownNames,
): Promise<UserStatus> => {
  const query = new URLSearchParams()
  if (subject.session !== undefined) query.set('session', subject.session)
  if (subject.device !== undefined) query.set('device', subject.device)
  const search = query.size === 0 ? '' : `?${query.toString()}`
  const path = `/v1/users/${pathSegment(subject.user, 'user')}/status${search}`
  const { body } = await transport.send({ method: 'GET', path, timeoutMs })
  return readUserStatus(body, subject, names)
}

const sessionStates: readonly unknown[] = ['active', 'locked', 'ended', 'unknown']

const readUserStatus = (body: unknown, subject: Subject, names: KnownNames): UserStatus => {
  const status = body as (Partial<UserStatus> & { readonly userNames?: unknown }) | null | undefined
  if (
    typeof status !== 'object' ||
    status === null ||
    typeof status.mfaVerified !== 'boolean' ||
    typeof status.locked !== 'boolean'
  ) {
    throw aboutAnother()
  }
  if (!names.note(status.userNames)) throw unsupportedUserNames()
  if (names.canonical(subject.user) !== status.user) throw aboutAnother()
  const lock: Lock | undefined = parseLock(status.lock)
  return {
    user: subject.user,
    ...(subject.session === undefined ? {} : { session: subject.session }),
    mfaVerified: status.mfaVerified,
    locked: status.locked,
    ...(lock === undefined ? {} : { lock }),
    sessionState: sessionStates.includes(status.sessionState)
      ? (status.sessionState as Status['sessionState'])
      : 'unknown',
    ...(typeof status.verifiedUntil === 'string' ? { verifiedUntil: status.verifiedUntil } : {}),
    asOf: typeof status.asOf === 'string' ? status.asOf : '',
  }
}

const aboutAnother = (): WatchwordError =>
  new WatchwordError('invalid-response', 'the status answer is not one about this user')
