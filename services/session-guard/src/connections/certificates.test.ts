import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createTestAuthority } from '../testing/test-authority.ts'
import { policyOf } from '../testing/policy-of.ts'
import { certificateFaultOf } from './certificate-fault.ts'
import { clientAuthoritiesOf } from './client-authorities.ts'

const now = Date.UTC(2026, 10, 26)
const dayMs = 86_400_000
const ca = await createTestAuthority(now)

function faultOf(
  header: string | undefined,
  over: Readonly<{ user?: string; now?: number; authority?: object; revoked?: object[] }> = {},
) {
  const authorities = [{ name: 'laptops', certificate: ca.pem, ...over.authority }]
  const policy = policyOf({ clients: { authorities, revoked: over.revoked ?? [] } })
  return certificateFaultOf(header, {
    user: over.user ?? 'alice',
    names: 'exact',
    now: over.now ?? now,
    authorities: clientAuthoritiesOf(policy),
  })
}

test('a certificate of the policy’s authority lets its user connect', async () => {
  assert.equal(faultOf(await ca.issue()), null)
  assert.equal(faultOf(await ca.issue({ subject: 'CN=zoe\u0308' }), { user: 'zo\u00eb' }), null)
})

test('each thing that is wrong with a certificate has a reason of its own', async () => {
  const good = await ca.issue()
  const other = await createTestAuthority(now, 'CN=Other CA')
  assert.equal(faultOf(undefined), 'certificate-missing')
  assert.equal(faultOf(''), 'certificate-missing')
  assert.equal(faultOf(good.slice(1)), 'certificate-malformed')
  assert.equal(faultOf(`${good}, ${good}`), 'certificate-malformed')
  assert.equal(faultOf(':AAAA:'), 'certificate-malformed')
  assert.equal(faultOf(await other.issue()), 'unknown-authority')
  assert.equal(faultOf(good, { now: now + 2 * dayMs }), 'authority-expired')
  assert.equal(faultOf(await ca.issue({ notBefore: now + 1_000 })), 'certificate-not-yet-valid')
  assert.equal(faultOf(await ca.issue({ notAfter: now - 1 })), 'certificate-expired')
  assert.equal(faultOf(await ca.issue({ usage: 'serverAuth' })), 'certificate-wrong-purpose')
  assert.equal(faultOf(good, { user: 'bob' }), 'certificate-wrong-user')
  assert.equal(faultOf(await ca.issue({ subject: 'O=acme' })), 'certificate-wrong-user')
})

test('a certificate that another key signed under the name of the authority is of an unknown authority', async () => {
  const impostor = await createTestAuthority(now)
  assert.equal(faultOf(await impostor.issue()), 'unknown-authority')
})

test('a revoked certificate is refused however its serial number is written', async () => {
  const certificate = await ca.issue({ serial: '0A1B' })
  const revoked = { authority: 'laptops', reason: 'lost', owner: 'it-sec' }
  for (const serial of ['0A1B', 'a1b', '0a:1b', '000A1B'])
    assert.equal(faultOf(certificate, { revoked: [{ ...revoked, serial }] }), 'certificate-revoked', serial)
  assert.equal(faultOf(certificate, { revoked: [{ ...revoked, serial: '0A1C' }] }), null)
})

test('what an authority revoked stays revoked under a second entry of the same key', async () => {
  const certificate = await ca.issue({ serial: '0A1B' })
  const authorities = ['renewed', 'before'].map((name) => ({ name, certificate: ca.pem }))
  const revoked = [{ authority: 'before', serial: '0A1B', reason: 'lost', owner: 'it-sec' }]
  const policy = policyOf({ clients: { authorities, revoked } })
  const expected = { user: 'alice', names: 'exact', now, authorities: clientAuthoritiesOf(policy) } as const
  assert.equal(certificateFaultOf(certificate, expected), 'certificate-revoked')
})

test('of an authority that issues for several tenants only the own organization’s certificates count', async () => {
  const authority = { organization: 'acme' }
  assert.equal(faultOf(await ca.issue({ subject: 'CN=alice,O=acme' }), { authority }), null)
  assert.equal(faultOf(await ca.issue({ subject: 'CN=alice,O=globex' }), { authority }), 'certificate-wrong-tenant')
  assert.equal(faultOf(await ca.issue({ subject: 'CN=alice' }), { authority }), 'certificate-wrong-tenant')
  assert.equal(
    faultOf(await ca.issue({ subject: 'CN=alice,O=acme,O=globex' }), { authority }),
    'certificate-wrong-tenant',
  )
})

test('a name that can be read in two ways speaks for nobody', async () => {
  assert.equal(faultOf(await ca.issue({ subject: 'CN=alice,CN=bob' })), 'certificate-wrong-user')
})

test('where the user is an address, the subject’s alternative name says it and the common name does not', async () => {
  const authority = { user: 'email' }
  const user = 'alice@acme.example'
  assert.equal(faultOf(await ca.issue({ email: user }), { authority, user }), null)
  assert.equal(faultOf(await ca.issue({ email: 'bob@acme.example' }), { authority, user }), 'certificate-wrong-user')
  assert.equal(faultOf(await ca.issue({ subject: `CN=${user}` }), { authority, user }), 'certificate-wrong-user')
})

test('an authority’s own certificate is for no client', async () => {
  const own = Buffer.from(ca.pem.replaceAll(/-----[^-]+-----|\s/g, ''), 'base64')
  assert.equal(faultOf(`:${own.toString('base64')}:`, { user: 'Test CA' }), 'certificate-wrong-purpose')
})
