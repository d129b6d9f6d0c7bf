/** An activity as `POST /v1/activities` takes it, without its user. */
export type SimulatedActivity = Readonly<Record<string, unknown>>

/** One thing that happens; `user` numbers the people of the story, the first is who is attacked. */
export type SimulatedStep = Readonly<{ text: string; activity: SimulatedActivity; user?: number }>

/** An attack as a story: what is usual, which is not told, and what happens then. */
export type Scenario = Readonly<{
  description: string
  usual: readonly SimulatedStep[]
  steps: readonly SimulatedStep[]
}>

const berlin = { country: 'DE', city: 'Berlin', latitude: 52.52, longitude: 13.405, accuracyKm: 20, asn: 3320 }
const sydney = { country: 'AU', city: 'Sydney', latitude: -33.8688, longitude: 151.2093, accuracyKm: 20, asn: 1221 }
const firefox = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'
const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36'

/** The own desk. */
export const home = {
  device: 'd-home',
  fingerprint: 'fp-home',
  ip: '198.51.100.7',
  userAgent: firefox,
  network: berlin,
}
/** The same browser in another part of the world. */
export const abroad = { ...home, ip: '203.0.113.9', network: sydney }
/** Somebody else's browser, somewhere else. */
export const stranger = {
  device: 'd-else',
  fingerprint: 'fp-else',
  ip: '203.0.113.9',
  userAgent: chrome,
  network: sydney,
}

export function login(where: object, over: object = {}): SimulatedActivity {
  return { type: 'login', outcome: 'succeeded', session: 's-1', ...where, ...over }
}

export function access(where: object, over: object = {}): SimulatedActivity {
  return { type: 'access', outcome: 'succeeded', session: 's-1', ...where, ...over }
}

/** Logins that the app verified with a second factor, from which the platform learns what is usual; the last one in `s-1`. */
export const usualLogins: readonly SimulatedStep[] = ['s-3', 's-2', 's-0', 's-1'].map((session) => ({
  text: 'A verified login from home',
  activity: login(home, { session, authentication: { methods: ['pwd', 'otp'] } }),
}))
