import type { UserNames } from '@watchword/user-names'
import { parseNetwork } from './address.ts'
import { admissionFaults } from './admission-faults.ts'
import { durationMs } from './duration.ts'
import type { PolicyDocument } from './policy-schema.ts'
import { isTime } from './rfc3339.ts'
import { compileRule } from './rules.ts'
import { type Fault, pointerStep } from './schema-faults.ts'

const signalCode = /^[a-z0-9]+(?:[.-][a-z0-9]+){0,8}$/
const secondMs = 1_000
const hourMs = 3_600 * secondMs
const dayMs = 24 * hourMs
/** A step takes 30 to 180 ns, and every activity waits for them. */
const ruleStepsMax = 50_000

/** What a schema cannot say: durations, networks, cuts that belong to their profile, rules that compile. */
export function documentFaults(document: PolicyDocument, names: UserNames): readonly Fault[] {
  return [
    ...profileFaults(document),
    ...Object.keys(document.signals).flatMap((code) =>
      signalCode.test(code) ? [] : [{ pointer: `/signals/${pointerStep(code)}`, detail: 'is not a signal code' }],
    ),
    ...document.trustedNetworks.flatMap((network, index) => networkFaults(network, `/trustedNetworks/${index}`)),
    ...ruleFaults(document),
    ...durationFaults('/verification/window', document.verification.window, secondMs, 365 * dayMs),
    ...durationFaults('/verification/challengeTtl', document.verification.challengeTtl, 10 * secondMs, hourMs),
    ...durationFaults('/authorizations/ttl', document.authorizations.ttl, 10 * secondMs, 600 * secondMs),
    ...document.failureModes.flatMap((mode, index) => failureModeFaults(mode, `/failureModes/${index}`)),
    ...admissionFaults(document, names),
  ]
}

/** Rules that do not compile, and the one with which all of them take too long. */
function ruleFaults({ rules }: PolicyDocument): readonly Fault[] {
  let steps = 0
  return rules.flatMap(({ when }, index) => {
    const pointer = `/rules/${index}/when`
    const rule = compileRule(when)
    if (typeof rule === 'string') return [{ pointer, detail: rule }]
    const before = steps
    steps += rule.steps
    if (steps <= ruleStepsMax || before > ruleStepsMax) return []
    return [
      { pointer, detail: `makes the rules take more than ${ruleStepsMax} steps for each activity: loops multiply` },
    ]
  })
}

function profileFaults({ profile, cuts }: PolicyDocument): readonly Fault[] {
  const faults: Fault[] = []
  if (profile === 'custom' && cuts === undefined) faults.push({ pointer: '/cuts', detail: 'is required for custom' })
  if (profile !== 'custom' && cuts !== undefined) faults.push({ pointer: '/cuts', detail: 'is for custom only' })
  if (cuts !== undefined && cuts.medium >= cuts.high)
    faults.push({ pointer: '/cuts/high', detail: 'must be greater than medium' })
  return faults
}

function networkFaults(
  { cidr, expires }: PolicyDocument['trustedNetworks'][number],
  pointer: string,
): readonly Fault[] {
  const faults: Fault[] = []
  const range = parseNetwork(cidr)
  if (range === undefined) faults.push({ pointer: `${pointer}/cidr`, detail: 'is not a CIDR' })
  if (range?.first === 0n && cidr.endsWith('/0'))
    faults.push({ pointer: `${pointer}/cidr`, detail: 'would trust every address' })
  if (expires !== undefined && !isTime(expires))
    faults.push({ pointer: `${pointer}/expires`, detail: 'is not an RFC 3339 time' })
  return faults
}

function failureModeFaults({ mode, ttl }: PolicyDocument['failureModes'][number], pointer: string): readonly Fault[] {
  if (mode === 'last-known')
    return ttl === undefined
      ? [{ pointer: `${pointer}/ttl`, detail: 'is required for last-known' }]
      : durationFaults(`${pointer}/ttl`, ttl, 0, hourMs)
  return ttl === undefined ? [] : [{ pointer: `${pointer}/ttl`, detail: 'is for last-known only' }]
}

function durationFaults(pointer: string, text: string, leastMs: number, mostMs: number): readonly Fault[] {
  const ms = durationMs(text)
  if (ms === undefined) return [{ pointer, detail: 'is not an ISO 8601 duration of weeks, days and time' }]
  if (ms < leastMs || ms > mostMs)
    return [{ pointer, detail: `must be between ${leastMs / secondMs} s and ${mostMs / secondMs} s` }]
  return []
}
