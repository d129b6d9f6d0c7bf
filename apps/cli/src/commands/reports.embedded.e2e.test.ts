import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { startMailServer, startReceiver } from '@watchword/notifier/testing'
import { startUp } from '../testing/start-up.ts'

const login = {
  type: 'login',
  outcome: 'succeeded',
  user: 'alice',
  session: 's-1',
  device: 'd-thief',
  ip: '198.51.100.9',
  userAgent: 'curl/8.9',
  signals: ['phishing-proxy'],
}

test('the link of a mail that was delivered lets the person say that it was not them, once', async (t) => {
  const directory = await startReceiver()
  directory.answer(200, {}, JSON.stringify({ email: 'alice@example.com' }))
  t.after(() => directory.close())
  const server = await startMailServer()
  t.after(() => server.close())
  const folder = mkdtempSync(join(tmpdir(), 'watchword-reports-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const mail = {
    id: 'mail',
    tenant: 'demo',
    host: '127.0.0.1',
    port: server.port,
    tls: 'none',
    from: 'Bank <security@bank.example>',
    service: 'Bank',
    directory: { url: directory.url, secrets: [`whsec_${Buffer.from('e'.repeat(32)).toString('base64')}`] },
    link: 'https://bank.example/was-this-you#{ticket}',
  }
  const config = join(folder, 'watchword.yaml')
  writeFileSync(config, JSON.stringify({ notifier: { mail: [mail], allowedNetworks: ['127.0.0.0/8'] } }))
  const platform = await startUp({ config })
  t.after(() => platform.stop())

  async function post(path: string, body: object, headers: object): Promise<Response> {
    return fetch(`${platform.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(body),
    })
  }
  const authorization = `Bearer ${platform.key}`
  const judged = await post('/v1/activities', login, { authorization, prefer: 'wait=10' })
  const { results } = (await judged.json()) as { results: readonly { assessment: { id: string } }[] }
  const assessment = results[0]?.assessment.id
  assert.ok(assessment !== undefined)

  await server.hasReceived(1)
  const source = (server.mails[0]?.source ?? '').replaceAll('=\r\n', '')
  const [, ticket] = /was-this-you#([\w.-]+)/.exec(source) ?? []
  assert.ok(ticket !== undefined, source)
  const answer = await post('/v1/reports', { assessment, answer: 'was-not-me', ticket }, {})
  assert.equal(answer.status, 200)
  const other = await post('/v1/reports', { assessment, answer: 'was-me', ticket }, {})
  assert.equal(other.status, 401)
  const status = await fetch(`${platform.url}/v1/users/alice/status?session=another`, { headers: { authorization } })
  assert.partialDeepStrictEqual(await status.json(), { locked: true, lock: { scope: 'user', level: 'HIGH' } })
})
