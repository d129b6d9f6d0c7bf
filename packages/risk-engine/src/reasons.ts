import type { Signal } from './assessment.ts'

/** What a user is told, by the first part of the code of the weightiest signal; names no address, device or rule. */
const sentences: Readonly<Record<string, string>> = {
  'phishing-proxy': 'Somebody may be standing between you and this service.',
  aitm: 'Somebody may be standing between you and this service.',
  'token-replay': 'Your session was used from two places at once.',
  context: 'Somebody else has used your account from there before.',
  session: 'Your session was suddenly used from another browser or network.',
  device: 'We noticed a sign-in from a device we do not know well.',
  'device-not-compliant': 'Your device does not meet the rules of its owner.',
  fingerprint: 'We noticed a sign-in from a browser we do not know well.',
  ip: 'We noticed a sign-in from a new place.',
  country: 'We noticed a sign-in from a new place.',
  travel: 'We noticed a sign-in from a place you can hardly have reached.',
  network: 'We noticed a sign-in from an unusual network.',
  credential: 'A credential of your account was changed recently.',
  login: 'There were failed sign-ins before this one.',
  user: 'You have not been here for a long time.',
}

const calm = { en: 'Nothing unusual.' }
const stranger = { en: 'We do not know you well enough yet.' }
const unusual = { en: 'We noticed something unusual.' }
const reasons = new Map(Object.entries(sentences).map(([part, en]) => [part, { en }]))
const worthTelling = 8

/** The reason for the user: the weightiest signal in plain words. */
export function userReason(signals: readonly Signal[], trained: boolean): { readonly en: string } {
  let weightiest: Signal | null = null
  for (const signal of signals) {
    if (signal.points > (weightiest?.points ?? 0)) weightiest = signal
  }
  if (weightiest !== null && weightiest.points >= worthTelling && (trained || !isFamiliarity(weightiest.code))) {
    return reasons.get(weightiest.code) ?? reasons.get(firstPart(weightiest.code)) ?? unusual
  }
  return trained ? calm : stranger
}

/** The reason for the operator: every signal that gave points; empty if none did. */
export function adminReason(signals: readonly Signal[]): string {
  let reason = ''
  for (const { code, points } of signals) {
    if (points === 0) continue
    reason += reason === '' ? `${code}+${points}` : ` ${code}+${points}`
  }
  return reason
}

function firstPart(code: string): string {
  const dot = code.indexOf('.')
  return dot < 0 ? code : code.slice(0, dot)
}

// To somebody without history everything is new, which is no reason to name.
function isFamiliarity(code: string): boolean {
  return code.endsWith('.unknown') || code.endsWith('.known')
}
