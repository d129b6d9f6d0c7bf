import { isIPv4 } from 'node:net'
import { parseAddress, pointerStep, schemaFaults } from '@watchword/policy'
import { type ProblemError, type ProblemFault, problem } from '@watchword/service-kit'
import { canonicalUser, isPlainText, type UserNames, userRule } from '@watchword/user-names'
import { Compile } from 'typebox/compile'
import { activitySchema, type SubmittedActivity } from './activity-schema.ts'
import { isSecretName, secretPointers, secretRefused } from './secret-names.ts'

/** An activity that is right as far as it alone can tell, its user in the canonical form, or why it is refused. */
export type ReadActivity =
  | Readonly<{ ok: true; activity: SubmittedActivity; time: number | null }>
  | Readonly<{ ok: false; problem: ProblemError }>

const validator = Compile(activitySchema)
const attributesMax = 32
const attributeNameLengthMax = 64
const rfc3339 = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:[Zz]|[+-]\d\d:\d\d)$/

/** Checks one activity. Faults carry JSON pointers and no values. */
export function readActivity(value: unknown, names: UserNames): ReadActivity {
  if (!validator.Check(value)) {
    const secrets = secretPointers(value)
    return secrets.length > 0 ? secretRefused(secrets) : invalid(schemaFaults(validator.Errors(value)))
  }
  // Only the names of attributes are free in a value that fits the schema.
  if (value.attributes !== undefined && Object.keys(value.attributes).some(isSecretName))
    return secretRefused(secretPointers(value))
  const time = value.time === undefined ? null : timeOf(value.time)
  const user = canonicalUser(value.user, names)
  const deviceOwner = value.deviceOwner === undefined ? undefined : canonicalUser(value.deviceOwner, names)
  const faults = [
    ...userFaults(user, '/user', names),
    ...idFaults(value),
    ...fieldFaults(value),
    ...attributeFaults(value.attributes),
  ]
  if (time !== null && Number.isNaN(time)) faults.push({ pointer: '/time', detail: 'is not an RFC 3339 time' })
  if (value.deviceOwner !== undefined) faults.push(...userFaults(deviceOwner, '/deviceOwner', names))
  if (user === undefined || faults.length > 0) return invalid(faults)
  const isAsGiven = user === value.user && deviceOwner === value.deviceOwner
  const named = { ...value, user, ...(deviceOwner === undefined ? {} : { deviceOwner }) }
  return { ok: true, activity: isAsGiven ? value : named, time }
}

/** The problem of a value that is no JSON, or not a valid activity. */
export function invalid(errors: readonly ProblemFault[]): Readonly<{ ok: false; problem: ProblemError }> {
  return { ok: false, problem: problem('invalid', { errors }) }
}

function timeOf(text: string): number {
  const ms = rfc3339.test(text) ? Date.parse(text.replace(' ', 'T')) : Number.NaN
  return ms < 0 ? Number.NaN : ms
}

function userFaults(user: string | undefined, pointer: string, names: UserNames): ProblemFault[] {
  return user === undefined ? [{ pointer, detail: userRule(names) }] : []
}

function idFaults({ id = '' }: SubmittedActivity): ProblemFault[] {
  return isPlainText(id) ? [] : [{ pointer: '/id', detail: 'must not hold control characters or broken Unicode' }]
}

function fieldFaults({ type, outcome, signal, ip }: SubmittedActivity): ProblemFault[] {
  const faults: ProblemFault[] = []
  if (outcome === undefined && (type === 'login' || type === 'credential-change'))
    faults.push({ pointer: '/outcome', detail: 'is required for this type' })
  if (type === 'signal' && signal === undefined)
    faults.push({ pointer: '/signal', detail: 'is required for this type' })
  if (type !== 'signal' && signal !== undefined)
    faults.push({ pointer: '/signal', detail: 'is for the type signal only' })
  // Most addresses are plain IPv4, which the platform checks much faster.
  if (ip !== undefined && !isIPv4(ip) && parseAddress(ip) === undefined)
    faults.push({ pointer: '/ip', detail: 'is not an IP address' })
  return faults
}

function attributeFaults(attributes: SubmittedActivity['attributes']): ProblemFault[] {
  if (attributes === undefined) return []
  const names = Object.keys(attributes)
  if (names.length > attributesMax)
    return [{ pointer: '/attributes', detail: `must not have more than ${attributesMax} members` }]
  return names
    .filter((name) => name === '' || name === '__proto__' || name.length > attributeNameLengthMax)
    .map((name) => ({
      pointer: `/attributes/${pointerStep(name)}`,
      detail: `must have a name of 1 to ${attributeNameLengthMax} characters`,
    }))
}
