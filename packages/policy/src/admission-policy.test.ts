import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parsePolicy } from './parse-policy.ts'
import { resourceClassOf } from './resource-class.ts'
import { testPolicy } from './test-policy.ts'

function documentOf(input: unknown) {
  const parsed = parsePolicy(input)
  assert.ok(parsed.ok, JSON.stringify(parsed))
  return parsed.document
}

function faultsOf(input: unknown): readonly string[] {
  const parsed = parsePolicy(input)
  return parsed.ok ? [] : parsed.faults.map(({ pointer, detail }) => `${pointer} ${detail}`)
}

const exception = { require: false, owner: 'it-sec', reason: 'no phone', expires: '2027-01-01T00:00:00Z' }

test('an exception without somebody who answers for it, a reason and an end is a fault at each missing field', () => {
  assert.deepEqual(faultsOf({ secondFactor: [{ user: 'alice', require: false }] }), [
    '/secondFactor/0/reason is required for an exception',
    '/secondFactor/0/owner is required for an exception',
    '/secondFactor/0/expires is required for an exception',
  ])
  assert.deepEqual(faultsOf({ secondFactor: [{ ...exception, expires: 'some day' }] }), [
    '/secondFactor/0/expires is not an RFC 3339 time',
  ])
})

test('a rule names one of user, group and app, and its fields are its own', () => {
  assert.deepEqual(
    faultsOf({
      secondFactor: [
        { user: 'alice', group: 'admins', require: true },
        { user: 'a\nb', require: true },
        { app: 'vpn', require: true, owner: 'it-sec' },
      ],
    }),
    [
      '/secondFactor/0 names more than one of user, group and app',
      '/secondFactor/1/user must be text of 1 to 256 bytes without control characters',
      '/secondFactor/2/owner is for exceptions only',
    ],
  )
})

test('authorities are certificates in PEM, and only their own certificates can be revoked', () => {
  const clients = {
    authorities: [{ name: 'laptops', certificate: 'not a certificate' }],
    revoked: [{ authority: 'phones', serial: '0A', reason: 'lost', owner: 'it-sec' }],
  }
  assert.deepEqual(faultsOf({ clients }), [
    '/clients/authorities/0/certificate is not a certificate in PEM',
    '/clients/revoked/0/authority is no authority of this policy',
  ])
})

test('a user who can be nobody where names are read so is a fault', () => {
  const policy = { secondFactor: [{ user: 'zoe smith', require: true }] }
  assert.equal(parsePolicy(policy).ok, true)
  const parsed = parsePolicy(policy, 'case-mapped')
  assert.equal(!parsed.ok && parsed.faults[0]?.pointer, '/secondFactor/0/user')
})

test('the first pattern that matches names the class, and an address of two readings gets the stricter one', () => {
  const document = documentOf({
    resources: [
      { path: '/voice/records/**', class: 'protected' },
      { path: '/voice/**', class: 'exempt' },
      { path: '/account/password', class: 'password-change' },
    ],
  })
  const classOf = (uri: string) => resourceClassOf(document, uri)
  assert.equal(classOf('/voice/call?to=bob'), 'exempt')
  assert.equal(classOf('/voice/records/7'), 'protected')
  assert.equal(classOf('/account/password'), 'password-change')
  assert.equal(classOf('/data'), 'protected')
  for (const uri of ['', 'voice/call', '/voice/../data', '/voice/Records/7', '/voice%2f..%2fdata', '/VOICE/call'])
    assert.equal(classOf(uri), 'protected', uri)
})

test('a policy tests whom it asks for a second factor, and what waits for it', () => {
  const document = documentOf({
    secondFactor: [{ require: true }, { ...exception, user: 'svc-backup' }],
    resources: [{ path: '/voice/**', class: 'exempt' }],
    tests: [
      { name: 'all', connection: { user: 'alice' }, expect: { secondFactor: 'required', resourceClass: 'protected' } },
      {
        name: 'one',
        connection: { user: 'svc-backup', resource: '/voice/1' },
        expect: { secondFactor: 'waived', resourceClass: 'exempt' },
      },
      {
        name: 'over',
        connection: { user: 'svc-backup', time: '2027-01-01T00:00:00Z' },
        expect: { secondFactor: 'waived' },
      },
    ],
  })
  assert.deepEqual(
    testPolicy(document).map(({ differences }) => differences),
    [[], [], ['secondFactor: expected waived, got required']],
  )
})

test('a test is of activities or of a connection, and expects what that has', () => {
  const activities = [{ type: 'login', user: 'a' }]
  const connection = { user: 'a' }
  const of = (over: object) => faultsOf({ tests: [{ name: 'x', expect: { level: 'LOW' }, ...over }] })
  assert.deepEqual(of({}), ['/tests/0 needs either activities or a connection'])
  assert.deepEqual(of({ activities, connection }), ['/tests/0 needs either activities or a connection'])
  assert.deepEqual(of({ connection }), ['/tests/0/expect/level is of activities'])
  assert.deepEqual(of({ activities, expect: { secondFactor: 'off' } }), [
    '/tests/0/expect/secondFactor is of a connection',
  ])
})
