import { isRecord, parseLock } from '@watchword/frames'
import { defineWatchwordChallenge, type WatchwordChallengeElement } from '../challenge-element.ts'
import type { Verification } from '../challenge-client.ts'

// The script of the page at /_guard/challenge, which session-guard serves to apps without a front end. Its texts stand in the page.

type State = 'locked' | 'passed' | 'calm' | 'ended' | 'fault'

/** Whoever comes back so soon is being sent to and fro: then the person goes on by a link. */
const loopMs = 10_000
const returnedKey = 'watchword-returned'

const find = <Found extends Element>(selector: string, kind: new () => Found): Found => {
  const found = document.querySelector(selector)
  if (!(found instanceof kind)) throw new TypeError(`the page has no ${selector}`)
  return found
}

const show = (state: State): void => {
  for (const section of document.querySelectorAll<HTMLElement>('[data-state]'))
    section.hidden = section.dataset['state'] !== state
  if (state !== 'locked') document.querySelector<HTMLElement>('section:not([hidden]) h1')?.focus()
}

const goBack = (state: 'passed' | 'calm'): void => {
  show(state)
  const last = Number(sessionStorage.getItem(returnedKey) ?? 0)
  sessionStorage.setItem(returnedKey, String(Date.now()))
  if (state === 'passed' || Date.now() - last > loopMs)
    location.replace(find('[data-go="return"]', HTMLAnchorElement).href)
}

const call = async (path: string, init: RequestInit = {}): Promise<Readonly<Record<string, unknown>>> => {
  const answer = await fetch(path, { cache: 'no-store', redirect: 'error', ...init })
  const body: unknown = answer.ok ? await answer.json() : undefined
  if (!isRecord(body)) throw new TypeError(`${path} answered ${answer.status}`)
  return body
}

const challenge = find('watchword-challenge', HTMLElement) as WatchwordChallengeElement

const look = async (isPassed = false): Promise<void> => {
  try {
    const { sessionState, lock } = await call('/_guard/status')
    challenge.lock = parseLock(lock) ?? null
    if (sessionState === 'ended') show('ended')
    else if (challenge.lock === null) goBack(isPassed ? 'passed' : 'calm')
    else show('locked')
  } catch {
    // Whatever it was, all that the person can do is to try again.
    show('fault')
  }
}

const { renew } = find('main', HTMLElement).dataset
challenge.ticket = async () => String((await call('/_guard/tickets', { method: 'POST' }))['ticket'])
if (renew !== undefined) {
  challenge.renew = async ({ mfaToken }) => {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(renew, { method: 'POST', headers, body: JSON.stringify({ mfaToken }) })
    if (!answer.ok) throw new TypeError(`${renew} answered ${answer.status}`)
  }
}
challenge.addEventListener('watchword-verified', ({ detail }: CustomEventInit<Verification>) => {
  // With a new session, the old one is nobody's concern any more.
  if (detail?.session.ended === true && renew === undefined) show('ended')
  else goBack('passed')
})
challenge.addEventListener('watchword-verified-elsewhere', () => void look(true))
challenge.addEventListener('watchword-failed', () => show('fault'))
defineWatchwordChallenge()
void look()
