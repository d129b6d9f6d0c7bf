import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  assuranceOf,
  assurances,
  classAskedBy,
  classOfFactor,
  contextClasses,
  factorKinds,
} from '@watchword/session-lock'

const registered = ['otp', 'pop', 'hwk', 'swk', 'user', 'mfa']

test('every way to prove a factor has one row, with methods of the registry of RFC 8176', () => {
  for (const factor of factorKinds)
    for (const userVerified of [true, false])
      for (const synced of [true, false]) {
        const { amr, acr } = assuranceOf({ factor, userVerified, synced })
        assert.ok(amr.length > 0 && amr.every((method) => registered.includes(method)), factor)
        assert.equal(acr, classOfFactor(factor), 'the class of a factor is known without how it was proven')
      }
})

test('a code is never phishing-resistant, a key is, and two factors only where the authenticator verified its owner', () => {
  for (const { factor, acr, amr, userVerified, aal } of assurances) {
    assert.equal(acr === 'phr', factor === 'webauthn')
    assert.equal(amr.includes('mfa'), userVerified)
    assert.equal(aal, userVerified ? 2 : 1)
  }
})

test('what several factors may answer asks for the class of the weakest one', () => {
  assert.equal(classAskedBy(['webauthn']), 'phr')
  assert.equal(classAskedBy(['webauthn', 'totp']), 'urn:watchword:acr:mfa')
  assert.equal(classAskedBy(factorKinds), contextClasses[0])
  assert.equal(classAskedBy([]), contextClasses[0])
})
