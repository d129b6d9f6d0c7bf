import { isSecretName, secretPointers } from '../activities/secret-names.ts'
import { isPlainObject } from '../activities/submission.ts'

/** A UEBA object of GenAuth in the words of `POST /v1/activities`, and where each word came from. */
export type MappedActivity = Readonly<{
  value: Readonly<Record<string, unknown>>
  /** Pointer of the activity -> pointer of the UEBA object. */
  origins: ReadonlyMap<string, string>
}>

type Mapped = { value: Record<string, unknown>; origins: Map<string, string> }

const sameMeaning: Readonly<Record<string, string>> = {
  originalIdentity: 'user',
  ua: 'userAgent',
  ip: 'ip',
  id: 'id',
  sessionId: 'session',
  session: 'session',
  deviceId: 'device',
  device: 'device',
  fingerprint: 'fingerprint',
}
const handled = new Set([
  ...Object.keys(sameMeaning),
  'requestDate',
  'behaviorType',
  'behaviorResult',
  'actionType',
  'resourcesType',
  'loginType',
  'city',
  'province',
  'country',
])

const types: Readonly<Record<string, string>> = {
  login: 'login',
  登录: 'login',
  登出: 'logout',
  signin: 'login',
  logon: 'login',
  logout: 'logout',
  signout: 'logout',
  logoff: 'logout',
  passwordchange: 'credential-change',
  changepassword: 'credential-change',
  passwordreset: 'credential-change',
  resetpassword: 'credential-change',
  bindmfa: 'credential-change',
  unbindmfa: 'credential-change',
  credentialchange: 'credential-change',
  context: 'context',
  access: 'access',
}
const outcomes: Readonly<Record<string, string>> = {
  success: 'succeeded',
  succeeded: 'succeeded',
  successful: 'succeeded',
  ok: 'succeeded',
  true: 'succeeded',
  '1': 'succeeded',
  fail: 'failed',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  denied: 'failed',
  false: 'failed',
  '0': 'failed',
  attempted: 'attempted',
  attempt: 'attempted',
  pending: 'attempted',
}

/** Fields whose members come from a field each, and those that are missed under the name that the client knows. */
const lentOrigins = [
  ['/user', '/originalIdentity'],
  ['/action/resource', '/resourcesType'],
  ['/network/region', '/province'],
  ['/network/city', '/city'],
] as const

/**
 * Maps the fields of GenAuth's UEBA object; other scalars become attributes. A login whose result is not told counts as
 * attempted, so that nothing is learned from it. A login type never counts as a second factor.
 */
export function genauthActivity(ueba: Readonly<Record<string, unknown>>): MappedActivity {
  const mapped: Mapped = { value: {}, origins: new Map(lentOrigins) }
  for (const [from, to] of Object.entries(sameMeaning)) put(mapped, to, ueba[from], from)
  put(mapped, 'time', timeOf(ueba['requestDate']), 'requestDate')
  const type = typeOf(ueba)
  put(mapped, 'type', type, 'behaviorType')
  put(mapped, 'outcome', outcomeOf(ueba['behaviorResult'], type), 'behaviorResult')
  put(mapped, 'action', actionOf(ueba, type), textOf(ueba['actionType']) === '' ? 'behaviorType' : 'actionType')
  put(mapped, 'network', networkOf(ueba), 'country')
  put(
    mapped,
    'authentication',
    /^(?:password|pwd|\u5bc6\u7801)$/i.test(textOf(ueba['loginType'])) ? { methods: ['pwd'] } : undefined,
    'loginType',
  )
  put(mapped, 'attributes', attributesOf(ueba), '')
  return mapped
}

/** Pointers to fields whose names say secret, in the object as it came. */
export function genauthSecrets(ueba: unknown): readonly string[] {
  return isPlainObject(ueba) ? secretPointers(ueba) : []
}

/** Where the fault is in the object as it came. */
export function originOf({ origins }: MappedActivity, pointer: string): string {
  const [, head = '', member] = pointer.split('/')
  if (head === 'attributes' && member !== undefined) return pointer.slice('/attributes'.length)
  return origins.get(`/${head}/${member ?? ''}`) ?? origins.get(`/${head}`) ?? pointer
}

function put({ value, origins }: Mapped, to: string, found: unknown, from: string): void {
  if (found === undefined || found === null || found === '') return
  value[to] = found
  origins.set(`/${to}`, from === '' ? '' : `/${from}`)
}

function typeOf(ueba: Readonly<Record<string, unknown>>): string {
  const named = textOf(ueba['behaviorType'])
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '')
  return types[named] ?? (named === '' && ueba['loginType'] !== undefined ? 'login' : 'access')
}

function outcomeOf(result: unknown, type: string): string {
  const named = outcomes[textOf(result).toLowerCase()]
  if (named !== undefined) return named
  return textOf(result) === '' && type !== 'login' && type !== 'credential-change' ? 'succeeded' : 'attempted'
}

function actionOf(ueba: Readonly<Record<string, unknown>>, type: string) {
  const named = textOf(ueba['actionType']) || (type === 'access' ? textOf(ueba['behaviorType']) : '')
  const resource = textOf(ueba['resourcesType'])
  if (named === '' && resource === '') return undefined
  return { type: named || 'access', ...(resource === '' ? {} : { resource }) }
}

// A country by its name is no fact that could be compared: it goes with the attributes.
function networkOf(ueba: Readonly<Record<string, unknown>>) {
  const country = textOf(ueba['country'])
  const region = textOf(ueba['province'])
  const city = textOf(ueba['city'])
  const network = {
    ...(isCountryCode(country) ? { country } : {}),
    ...(region === '' ? {} : { region }),
    ...(city === '' ? {} : { city }),
  }
  return Object.keys(network).length > 0 ? network : undefined
}

function attributesOf(ueba: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const country = textOf(ueba['country'])
  const entries = Object.entries(ueba).filter(([name]) => !handled.has(name) && !isSecretName(name))
  if (country !== '' && !isCountryCode(country)) entries.push(['country', country])
  if (ueba['loginType'] !== undefined) entries.push(['loginType', ueba['loginType']])
  return entries.length > 0 ? Object.fromEntries(entries) : undefined
}

function isCountryCode(text: string): boolean {
  return /^[A-Za-z]{2}$/.test(text)
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.trim()
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

// Seen in the wild: RFC 3339, `2024-05-02 18:46:21` (taken as UTC), seconds and milliseconds since the epoch.
function timeOf(date: unknown): unknown {
  if (typeof date === 'number' || (typeof date === 'string' && /^\d{10,13}$/.test(date))) {
    const number = Number(date)
    const ms = number < 1e11 ? number * 1_000 : number
    return ms >= 0 && ms <= 8.64e15 ? new Date(ms).toISOString() : String(date)
  }
  if (typeof date === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?$/.test(date))
    return `${date.replace(' ', 'T')}Z`
  return date
}
