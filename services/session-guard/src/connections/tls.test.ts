import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, request as httpsRequest } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { test, type TestContext } from 'node:test'
import { createGuardWorld } from '../testing/guard-world.ts'
import { policyOf } from '../testing/policy-of.ts'
import { createTestAuthority } from '../testing/test-authority.ts'

/** A gateway that ends the TLS of clients, whoever signed their certificates, and asks the guard about each by what they proved to hold. */
async function gateway(t: TestContext) {
  const now = Date.now()
  const ca = await createTestAuthority(now)
  const policy = policyOf({
    secondFactor: [{ require: true }],
    clients: { authorities: [{ name: 'laptops', certificate: ca.pem }] },
  })
  const world = await createGuardWorld(t, { policy })
  const own = await ca.issueWithKey({ subject: 'CN=localhost', usage: 'serverAuth' })
  const server = createServer({ ...own, requestCert: true, rejectUnauthorized: false }, (incoming, response) => {
    const { raw } = (incoming.socket as TLSSocket).getPeerCertificate()
    // What a client sends under the name of the header is not passed on.
    const headers: Record<string, string> =
      raw === undefined ? {} : { 'client-cert': `:${Buffer.from(raw).toString('base64')}:` }
    const body = { client: 'always-on', user: 'alice', session: 'tunnel-1' }
    void world.call('POST', '/v1/connections', { body, headers }).then(({ status }) => response.writeHead(status).end())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  const { port } = server.address() as AddressInfo
  const connect = async (client: object, headers: Readonly<Record<string, string>> = {}): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>()
    const options = { host: '127.0.0.1', port, rejectUnauthorized: false, agent: false, headers, ...client }
    httpsRequest(options, (answer) => {
      answer.resume()
      resolve(answer.statusCode ?? 0)
    })
      .on('error', reject)
      .end()
    return promise
  }
  return { ca, now, connect }
}

test('a client is known by the key that it holds in TLS, and not by what it sends', async (t) => {
  const { ca, now, connect } = await gateway(t)
  assert.equal(await connect(await ca.issueWithKey()), 202, 'it waits for its user')
  assert.equal(await connect({}), 403)
  assert.equal(await connect({}, { 'client-cert': await ca.issue() }), 403)
  assert.equal(await connect(await ca.issueWithKey({ subject: 'CN=bob' })), 403)
  const stranger = await createTestAuthority(now)
  assert.equal(await connect(await stranger.issueWithKey()), 403)
})
