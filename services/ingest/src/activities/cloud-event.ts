import { isPlainObject } from './submission.ts'
import type { Submission } from './submission.ts'
import { invalid } from './read-activity.ts'
import { secretPointers, secretRefused } from './secret-names.ts'

const lentBy: Readonly<Record<string, string>> = { '/id': '/id', '/user': '/subject', '/time': '/time' }
const required = ['id', 'source', 'type'] as const

/** A CloudEvent in structured mode: `data` is the activity; what it lacks comes from the event's id, subject and time. */
export function unwrapCloudEvent(value: unknown, bytes: () => number): Submission {
  if (!isPlainObject(value)) return { ...invalid([{ pointer: '', detail: 'must be a CloudEvent' }]), id: null }
  const { specversion, data, id, subject, time } = value
  const givenId = typeof id === 'string' ? id : null
  const secrets = secretPointers({ ...value, data: undefined })
  if (secrets.length > 0) return { ...secretRefused(secrets), id: givenId }
  const faults = required
    .filter((name) => typeof value[name] !== 'string' || value[name] === '')
    .map((name) => ({ pointer: `/${name}`, detail: 'is required, as a text' }))
  if (specversion !== '1.0') faults.unshift({ pointer: '/specversion', detail: 'must be "1.0"' })
  if (!isPlainObject(data)) faults.push({ pointer: '/data', detail: 'must be an activity' })
  if (faults.length > 0 || !isPlainObject(data)) return { ...invalid(faults), id: givenId }
  const activity = { ...given('id', id), ...given('user', subject), ...given('time', time), ...data }
  return { ok: true, value: activity, bytes, originOf: (pointer) => originOf(data, pointer) }
}

// What the event lends to its activity is at fault where it stands.
function originOf(data: Readonly<Record<string, unknown>>, pointer: string): string {
  const lent = lentBy[pointer]
  return lent === undefined || data[pointer.slice(1)] !== undefined ? `/data${pointer}` : lent
}

function given(name: string, value: unknown): Readonly<Record<string, unknown>> {
  return value === undefined || value === null ? {} : { [name]: value }
}
