import assert from 'node:assert/strict'
import type { Context, FactorKind, OnExpiry, RequireVerification } from '../../src/index.ts'
import { home, thief } from '../lock-commands.ts'

export type Target = Readonly<{ app: string | null; session: string | null; device: string | null }>
export type ModelLock = {
  target: Target
  id: string
  version: number
  level: number
  /** What each demand would take. */
  named: (readonly FactorKind[])[]
  takes: readonly FactorKind[]
  contexts: Context[]
  /** Nothing proves it: it concerns who names its session or device. */
  isExact: boolean
  onExpiry: OnExpiry
}
export type ModelPass = Readonly<{
  id: string
  until: number
  onExpiry: OnExpiry
  session: string | null
  at: number
  level: number
  kind: FactorKind
  context: Context | null
}>

export const levels = ['LOW', 'MEDIUM', 'HIGH'] as const
/** Weakest first. */
export const kinds = ['recovery-code', 'totp', 'webauthn'] as const
const strength = (kind: FactorKind): number => kinds.indexOf(kind)
export const nameOf = ({ app, session, device }: Target): string =>
  session !== null ? `session ${app} ${session}` : device !== null ? `device ${device}` : 'user'

/** What a lock takes: what all demands name; where they have nothing in common, nothing that is weaker than one of them would take. */
export function taken(named: readonly (readonly FactorKind[])[], takes: readonly FactorKind[]): readonly FactorKind[] {
  const common = kinds.filter((kind) => named.every((one) => one.includes(kind)))
  if (common.length > 0) assert.deepEqual([...takes].toSorted(), [...common].toSorted(), 'what every demand takes')
  const floor = Math.max(...named.map((one) => Math.min(...one.map(strength))))
  assert.ok(takes.length > 0 && takes.every((kind) => strength(kind) >= floor), 'a weaker factor for a stronger demand')
  return takes
}

export function targetOf({ scope, app, session, device }: RequireVerification['data']): Target {
  if (scope === 'session') return { app, session, device: null }
  return { app: null, session: null, device: scope === 'device' ? device : null }
}

/** Who asks for admission, saying much or little. */
export const probes = ['s-1', 's-2', undefined].flatMap((session) =>
  [home.device, thief.device, undefined].map((device) => ({ app: 'bank', session, device })),
)

export function reaches(
  { target, isExact: exact }: ModelLock,
  { app, session, device }: (typeof probes)[number],
): boolean {
  const isNamed =
    target.session === null ? target.device === device : `${target.app} ${target.session}` === `${app} ${session}`
  if (target.session === null && target.device === null) return true
  if (exact || isNamed) return isNamed
  return session === undefined || (target.session === null && device === undefined)
}

export function isExact({ scope, grounds }: RequireVerification['data']): boolean {
  return grounds === 'unproven' && scope !== 'user'
}

export function concerns(
  { app, session, device }: Target,
  pass: ModelPass,
  { context, grounds }: RequireVerification['data'],
): boolean {
  if (grounds === 'proven' && pass.session === null && pass.context === context) return true
  if (session !== null) return pass.session === `${app} ${session}`
  return device === null || pass.context?.device === device
}

/** Whether a verification is still good for somebody who asks for admission. */
export function vouches(pass: ModelPass, { app, session, device }: (typeof probes)[number], at: number): boolean {
  if (at >= pass.until) return false
  if (session === undefined || pass.session === `${app} ${session}`) return true
  return pass.session === null && device !== undefined && pass.context?.device === device
}
