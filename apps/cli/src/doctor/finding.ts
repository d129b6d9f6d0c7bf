import type { ConfigFault } from '@watchword/service-kit'
import type { TopicStep } from '@watchword/event-log/kafka'
import { UsageError } from '../terminal.ts'
import { type DoctorErrorCode, misconfigurations, type Severity } from './misconfigurations.ts'

/** What the doctor says of one thing that it has looked at. */
export type Finding = Readonly<{
  check: string
  /** False for an error, which alone makes the exit code 1. */
  ok: boolean
  severity: 'ok' | Severity
  /** What was seen, in a sentence without a secret. */
  detail: string
  /** Of what is wrong. */
  code?: string
  /** The key of the configuration at fault, where there is one. */
  setting?: string
  remedy?: string
}>

/** Where a fault was seen, by which key, and what is wrong. */
export type Fault = Readonly<{ check: string; setting?: string; detail: string }>

type FaultCode = DoctorErrorCode | Extract<TopicStep, { status: 'refused' }>['code'] | 'schema-incompatible'

const signs = new Map(misconfigurations.flatMap((one) => Object.entries(one.signs)))

/** Something that is as it should be. */
export function passed(check: string, detail: string): Finding {
  return { check, ok: true, severity: 'ok', detail }
}

/** Something that is not. */
export function failed(code: FaultCode, { check, setting, detail }: Fault): Finding {
  return found(code, { check, detail, ...(setting === undefined ? {} : { setting }) })
}

/** What another part threw, under its own stable code; under `check-failed`, by its name alone, what has none: its message may hold a secret. */
export function failedBy(thrown: unknown, where: Omit<Fault, 'detail'>): Finding {
  const { code, name, message }: Thrown = thrown instanceof Error ? thrown : { name: typeof thrown, message: '' }
  if (typeof code === 'string' && stableCode.test(code)) return found(code, { ...where, detail: message })
  const what = typeof code === 'string' ? `${name} ${code}` : name
  return failed('check-failed', { ...where, detail: `it could not be looked at: ${what}` })
}

type Thrown = Readonly<{ code?: unknown; name: string; message: string }>

/** As ours are; those of Node.js are in capitals. */
const stableCode = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/

/** What a check finds, and what it throws as a finding too: nothing that others have found is lost. Throws a UsageError alone. */
export async function checked(
  where: Omit<Fault, 'detail'>,
  check: () => readonly Finding[] | Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  try {
    return await check()
  } catch (error) {
    if (error instanceof UsageError) throw error
    return [failedBy(error, where)]
  }
}

function found(code: string, seen: Fault): Finding {
  const { severity, remedy } = signs.get(code) ?? { severity: 'error', remedy: 'Look it up: docs/failure-modes.md.' }
  return { ...seen, ok: severity !== 'error', severity, code, remedy }
}

/** A finding as one line for people. */
export function findingLine({ check, severity, detail, code, setting, remedy }: Finding): string {
  if (severity === 'ok') return `ok   ${check}: ${detail}`
  const key = setting === undefined ? '' : ` (${setting})`
  return `${severity === 'error' ? 'BAD ' : 'WARN'} ${check}: ${code}${key}: ${detail}. ${remedy}`
}

/** A fault of a configuration, of this process. */
export function configFinding({ path, detail }: ConfigFault, of: string): Finding {
  return found('config-invalid', { check: `${of}: configuration`, setting: path === '' ? 'the file' : path, detail })
}
