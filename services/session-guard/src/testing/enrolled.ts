import assert from 'node:assert/strict'
import { ScureBase32Plugin } from 'otplib'
import { totpCode } from '../factors/totp.ts'
import type { CallOptions, CallResult, GuardWorld } from './guard-world.ts'
import { until } from './until.ts'

/** A user with a confirmed TOTP factor. */
export type Enrolled = Readonly<{
  factor: string
  /** The code of now, or of so many steps from now. */
  code: (steps?: number) => string
}>

const base32 = new ScureBase32Plugin()

/** Enrols and confirms; the clock goes on by one step, so that the next code is unused. */
export async function enrolled(
  { call, clock }: GuardWorld,
  user = 'alice',
  options: CallOptions = {},
): Promise<Enrolled> {
  const { status, body } = await call('POST', `/v1/users/${user}/factors/totp`, options)
  assert.equal(status, 201, JSON.stringify(body))
  const secret = base32.decode(String(body['secret']))
  const code = (steps = 0): string => totpCode(secret, Math.floor(clock.now() / 30_000) + steps)
  const factor = String(body['factor'])
  const url = `/v1/users/${user}/factors/totp/${factor}/confirm`
  const confirmed = await call('POST', url, { ...options, body: { code: code() } })
  assert.deepEqual([confirmed.status, confirmed.body], [200, { factor, status: 'active' }])
  clock.advance(30_000)
  return { factor, code }
}

/** The id of the user's lock, as soon as there is one. */
export async function lockOf({ call }: GuardWorld, user = 'alice', query = ''): Promise<string> {
  let lock: { id: string } | undefined
  await until(async () => {
    lock = (await call('GET', `/v1/users/${user}/status${query}`)).body['lock'] as typeof lock
    return lock !== undefined
  })
  return lock?.id ?? ''
}

/** A fresh challenge for the lock. */
export async function challengeFor({ call }: GuardWorld, lock: string, options: CallOptions = {}): Promise<string> {
  const { status, body } = await call('POST', `/v1/locks/${lock}/challenges`, { ...options, body: { factor: 'totp' } })
  assert.equal(status, 201, JSON.stringify(body))
  return String(body['challenge'])
}

/** Answers a challenge. */
export function respond(
  { call }: GuardWorld,
  challenge: string,
  body: unknown,
  options: CallOptions = {},
): Promise<CallResult> {
  return call('POST', `/v1/challenges/${challenge}/responses`, { ...options, body })
}
