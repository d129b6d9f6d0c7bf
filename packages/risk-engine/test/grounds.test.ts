import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { groundsOf } from '../src/grounds.ts'
import type { Activity, Profile } from '../src/index.ts'
import { activity, learnedLogins, otherAgent, play, zurich } from './given.ts'

const trained = learnedLogins(3)
/** With `s-proved`, which the app has verified, and `s-noted`, which nobody has vouched for. */
const profile: Profile = [
  activity({ session: 's-proved', methods: ['pwd', 'otp'] }),
  activity({ session: 's-noted', network: zurich, device: 'device-2', fingerprint: 'fingerprint-2' }),
].reduce((before, one) => play(before, one).profile, trained)

const stranger = { device: null, fingerprint: null, network: zurich, agent: otherAgent } as const

function grounds(changes: Partial<Activity>): string {
  return groundsOf(activity({ ...stranger, ...changes }), profile)
}

describe('a demand for proof rests on nothing proven', () => {
  const anybody: readonly Partial<Activity>[] = [
    { outcome: 'failed' },
    { outcome: 'attempted' },
    { outcome: 'attempted', session: 's-visitor', device: 'device-x' },
    { type: 'access' },
    { type: 'access', device: 'device-x' },
    { type: 'credential-change' },
    { type: 'context', session: 's-visitor' },
    { type: 'signal', signal: { code: 'phishing-proxy', subject: null, severity: 'high' } },
    { type: 'signal', signals: ['token-replay'], session: 's-visitor' },
  ]
  for (const one of anybody)
    test(`by ${JSON.stringify(one)} of a stranger`, () => assert.equal(grounds(one), 'unproven'))
})

describe('a demand for proof is proven', () => {
  const somebody: readonly Partial<Activity>[] = [
    { type: 'login' },
    { type: 'access', session: 's-unknown' },
    { type: 'credential-change', session: 's-unknown' },
    { outcome: 'failed', session: 's-proved' },
    { type: 'signal', session: 's-proved', network: null, agent: null },
    { type: 'context', session: 's-noted' },
    { type: 'access', outcome: 'attempted', session: 's-noted', network: null },
    { type: 'signal', device: 'device-1' },
    { outcome: 'attempted', device: 'device-1' },
  ]
  for (const one of somebody)
    test(`by ${JSON.stringify(one)}, which is let in, or holds a session or device of the user`, () =>
      assert.equal(grounds(one), 'proven'))
})

test('a session of another app, or of nobody who was vouched for and used from where it began, proves nothing', () => {
  const noted = activity({ session: 's-noted', network: zurich, type: 'context', device: null })
  assert.equal(groundsOf(noted, profile), 'unproven')
  assert.equal(groundsOf({ ...noted, app: 'shop', session: 's-proved' }, profile), 'unproven')
})
