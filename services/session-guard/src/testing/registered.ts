import assert from 'node:assert/strict'
import type { CallOptions, GuardWorld } from './guard-world.ts'
import {
  type AuthenticatorOptions,
  createSoftwareAuthenticator,
  type SoftwareAuthenticator,
} from './software-authenticator.ts'

/** A user with a registered passkey. */
export type Registered = Readonly<{ factor: string; authenticator: SoftwareAuthenticator }>

/** Options for a new passkey. */
export async function creationOptionsFor({ call }: GuardWorld, user = 'alice', options: CallOptions = {}) {
  const { status, body } = await call('POST', `/v1/users/${user}/factors/webauthn/options`, options)
  assert.equal(status, 201, JSON.stringify(body))
  return body['options']
}

/** Registers a new authenticator of the user. */
export async function registered(
  world: GuardWorld,
  user = 'alice',
  authenticatorOptions: AuthenticatorOptions = {},
): Promise<Registered> {
  const authenticator = createSoftwareAuthenticator(authenticatorOptions)
  const credential = authenticator.create(await creationOptionsFor(world, user))
  const { status, body } = await world.call('POST', `/v1/users/${user}/factors/webauthn`, {
    body: { credential, name: 'key' },
  })
  assert.equal(status, 201, JSON.stringify(body))
  return { factor: String(body['factor']), authenticator }
}

/** A fresh challenge for a passkey, and what the browser is to be given. */
export async function webauthnChallengeFor(
  { call }: GuardWorld,
  lock: string,
  options: CallOptions = {},
): Promise<Readonly<{ challenge: string; options: Record<string, unknown> }>> {
  const made = await call('POST', `/v1/locks/${lock}/challenges`, { ...options, body: { factor: 'webauthn' } })
  assert.equal(made.status, 201, made.text)
  return { challenge: String(made.body['challenge']), options: made.body['options'] as Record<string, unknown> }
}
