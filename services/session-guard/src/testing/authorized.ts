import assert from 'node:assert/strict'
import type { Enrolled } from './enrolled.ts'
import type { CallOptions, CallResult, GuardWorld } from './guard-world.ts'

export const transfer = {
  type: 'transfer',
  resource: '/accounts/1',
  parameters: { to: 'DE02 1203', amount: '25000.00' },
} as const

/** An authorization as its requester sees it. */
export type Requested = Readonly<{ id: string; number: string; parametersHash: string; expiresAt: string }>

/** Alice asks in session `s-91` that a supervisor approves her transfer. */
export function request({ call }: GuardWorld, over: object = {}, options: CallOptions = {}): Promise<CallResult> {
  const body = { user: 'alice', session: 's-91', action: transfer, approver: 'supervisor', ...over }
  return call('POST', '/v1/authorizations', { ...options, body })
}

export async function requested(world: GuardWorld, over: object = {}): Promise<Requested> {
  const { status, body, text } = await request(world, over)
  assert.equal(status, 201, text)
  return body as Requested
}

/** A challenge for the approver, or whatever is answered. */
export function ask(
  { call }: GuardWorld,
  id: string,
  approver: object,
  options: CallOptions = {},
): Promise<CallResult> {
  return call('POST', `/v1/authorizations/${id}/approvals`, { ...options, body: approver })
}

/** Asks for a challenge and answers it with this code and number. */
export async function approve(
  world: GuardWorld,
  { id, number }: Pick<Requested, 'id' | 'number'>,
  approver: object,
  code: string,
  over: object = {},
): Promise<CallResult> {
  const asked = await ask(world, id, approver)
  if (asked.status !== 201) return asked
  const { challenge } = asked.body
  return ask(world, id, { ...approver, challenge, code, number, ...over })
}

export function consume(
  { call }: GuardWorld,
  id: string,
  body: object = { parameters: transfer.parameters },
  options: CallOptions = {},
): Promise<CallResult> {
  return call('POST', `/v1/authorizations/${id}/consume`, { ...options, body })
}

export async function statusOf({ call }: GuardWorld, id: string): Promise<unknown> {
  return (await call('GET', `/v1/authorizations/${id}`)).body['status']
}

/** Alice's transfer, approved by Bob. */
export async function approved(world: GuardWorld, bob: Enrolled, over: object = {}): Promise<Requested> {
  const made = await requested(world, over)
  const said = await approve(world, made, { user: 'bob', session: 's-bob' }, bob.code())
  assert.equal(said.status, 200, said.text)
  return made
}
