import type { Activity } from './activity.ts'

const secondFactors: ReadonlySet<string> = new Set(['otp', 'hwk', 'swk', 'fpt', 'face', 'mfa', 'sms'])

/** The app itself verified the person with a second factor at this login, and nobody stood in the middle. */
export function isVerifiedByApp(activity: Activity): boolean {
  if (activity.type !== 'login' || activity.outcome !== 'succeeded') return false
  if (!activity.methods.some((method) => secondFactors.has(method))) return false
  return !activity.signals.some(isIntercepted) && (activity.signal === null || !isIntercepted(activity.signal.code))
}

// With these an attacker has relayed the factor or holds what it opened.
function isIntercepted(code: string): boolean {
  return code === 'phishing-proxy' || code === 'token-replay' || code === 'aitm.hard'
}
