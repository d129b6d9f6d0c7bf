import { isWebOrigin } from '@watchword/access'
import { type Finding, failed } from './finding.ts'

/** Where pages of an app come from, and the domain that its passkeys are for, if it names one. */
export type AppOrigins = Readonly<{ origins: readonly string[]; rpId?: string | null }>

/** What is wrong with the origins of an app, each under the key that `settingOf` gives it; nothing for an app whose pages browsers will take. */
export function examineOrigins(
  { origins, rpId = null }: AppOrigins,
  check: string,
  settingOf: (field: 'origins' | 'rpId') => string,
): readonly Finding[] {
  const setting = settingOf('origins')
  const faults = origins.flatMap((origin) => originFaults(origin, { check, setting }))
  if (rpId === null) return faults
  const foreign = origins.filter((origin) => isWebOrigin(origin) && !isWithin(new URL(origin).hostname, rpId))
  if (foreign.length < origins.length || origins.length === 0) return faults
  const detail = `${rpId} is the domain of none of ${origins.join(', ')}`
  return [...faults, failed('rp-id-foreign', { check, setting: settingOf('rpId'), detail })]
}

function originFaults(origin: string, where: Readonly<{ check: string; setting: string }>): readonly Finding[] {
  if (!isWebOrigin(origin)) return [failed('origin-invalid', { ...where, detail: `${origin} is no origin` })]
  const { protocol, hostname } = new URL(origin)
  return protocol === 'https:' || isLocal(hostname)
    ? []
    : [failed('origin-insecure', { ...where, detail: `${origin} is not https` })]
}

/** Names and addresses that browsers take for a secure context without TLS. */
function isLocal(hostname: string): boolean {
  return /^(?:.+\.)?localhost$|^127\.|^\[::1\]$/.test(hostname)
}

function isWithin(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`)
}
