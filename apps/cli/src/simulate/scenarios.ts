import { abroad, access, home, login, type Scenario, type SimulatedStep, stranger, usualLogins } from './scenario.ts'

const sprayed = 12

function failed(count: number, text: string, userOf: (index: number) => number): readonly SimulatedStep[] {
  return Array.from({ length: count }, (_, index) => ({
    text,
    user: userOf(index),
    activity: login(stranger, { outcome: 'failed', session: undefined }),
  }))
}

/** Attacks by name. What the platform makes of each is for its policy to say. */
export const scenarios: Readonly<Record<string, Scenario>> = {
  'impossible-travel': {
    description: 'the own browser signs in on the other side of the world, minutes later',
    usual: usualLogins,
    steps: [
      { text: 'A login from home', activity: login(home) },
      { text: 'A login from Sydney with the same browser', activity: login(abroad, { session: 's-2' }) },
    ],
  },
  'stolen-session': {
    description: 'a copied cookie is used by another browser in another network',
    usual: usualLogins,
    steps: [
      { text: 'A request from home', activity: access(home) },
      { text: 'A request with the copied cookie from Sydney', activity: access({ ...stranger, device: home.device }) },
      { text: 'The next request with the copied cookie', activity: access({ ...stranger, device: home.device }) },
    ],
  },
  'mfa-fatigue': {
    description: 'somebody who knows the password asks for the second factor again and again',
    usual: usualLogins,
    steps: Array.from({ length: 6 }, (_, index) => ({
      text: `Attempt ${index + 1} with the right password from a new device`,
      activity: login(stranger, { outcome: 'attempted', session: undefined, authentication: { methods: ['pwd'] } }),
    })),
  },
  'password-spray': {
    description: 'one address tries one password on many users, and one of them has it',
    usual: usualLogins,
    steps: [
      ...failed(sprayed, 'A wrong password for another user from one address', (index) => index + 1),
      ...failed(3, 'A wrong password for the user from that address', () => 0),
      { text: 'The right password from that address', activity: login(stranger, { session: 's-9' }) },
    ],
  },
  'mass-export': {
    description: 'somebody at the own desk asks for all customers',
    usual: usualLogins,
    steps: [
      { text: 'A request from home', activity: access(home, { action: { type: 'read', resource: '/customers' } }) },
      {
        text: 'An export of 25 000 customers is about to be let through',
        activity: access(home, {
          outcome: 'attempted',
          action: { type: 'export', resource: '/customers', sensitivity: 'high', count: 25_000 },
        }),
      },
    ],
  },
  'phishing-proxy': {
    description: 'the app sees a phishing proxy between itself and the person who signs in',
    usual: usualLogins,
    steps: [
      {
        text: 'A login through a phishing proxy, with the second factor',
        activity: login(abroad, {
          session: 's-2',
          signals: ['phishing-proxy'],
          authentication: { methods: ['pwd', 'otp'] },
        }),
      },
    ],
  },
}
