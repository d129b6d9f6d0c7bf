import { startTestPlatform, type TestPlatform } from '@watchword/cli/testing'
import assert from 'node:assert/strict'
import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { after, before, describe, test } from 'node:test'
import { generateSync } from 'otplib'
import { codeBlocks } from './code-blocks.ts'
import { type PageApp, runPageApp } from './page-app.ts'

const page = 'docs/how-to/exchange-a-token.md'
const user = `erin-${randomUUID()}`
const session = 's-1'
const secret = randomUUID() + randomUUID()
let platform: TestPlatform
let shop: PageApp
let totpSecret = ''
let recoveryCode = ''

type Json = Readonly<Record<string, unknown>>

const call = async (method: string, path: string, body?: Json): Promise<Json> => {
  const answer = await fetch(new URL(path, platform.url), {
    method,
    headers: { authorization: `Bearer ${platform.key}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  assert.ok(answer.ok, `${method} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text) as Json
}

const codeAt = (steps: number): string =>
  generateSync({ secret: totpSecret, epoch: Math.floor(Date.now() / 1000) + steps * 30 })

/** What the backend sends to have the mfaToken of a right answer exchanged. */
async function answered(factor: 'totp' | 'recovery-code', code: string): Promise<Readonly<Record<string, string>>> {
  const { lock } = await call('POST', `/v1/users/${user}/lock`, { reason: 'a test', session })
  const { id } = lock as { id: string }
  const { challenge } = await call('POST', `/v1/locks/${id}/challenges`, { factor })
  const { mfaToken } = await call('POST', `/v1/challenges/${String(challenge)}/responses`, { code })
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
    subject_token: String(mfaToken),
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    user,
    session,
    lock: id,
  }
}

const exchanged = async (form: Readonly<Record<string, string>>, password = secret) => {
  const credentials = Buffer.from(`backend:${password}`).toString('base64')
  const answer = await fetch(new URL('/token', shop.url), {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams(form),
  })
  const body = (await answer.json()) as Readonly<Record<string, string>>
  return { status: answer.status, error: body['error'], token: body['access_token'] ?? '', body }
}

const asked = async (path: string, token: string) => {
  const { status, headers } = await fetch(new URL(path, shop.url), { headers: { authorization: `Bearer ${token}` } })
  return { status, challenge: headers.get('www-authenticate') ?? '' }
}

const claimsOf = (token: string): Json =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Json

describe(`the authorization server and the API of ${page}`, () => {
  let token = ''
  let form: Readonly<Record<string, string>>

  before(async () => {
    platform = await startTestPlatform()
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const jwk = { ...privateKey.export({ format: 'jwk' }), kid: 'k-1', use: 'sig', alg: 'ES256' }
    const [code = ''] = codeBlocks(page, 'whole')
    shop = await runPageApp(code, (url) => ({
      WATCHWORD_URL: platform.url,
      WATCHWORD_KEY: platform.key,
      APP: 'demo',
      ISSUER: url,
      CLIENT_SECRET: secret,
      SIGNING_JWK: JSON.stringify(jwk),
    }))
    const factor = await call('POST', `/v1/users/${user}/factors/totp`)
    totpSecret = String(factor['secret'])
    await call('POST', `/v1/users/${user}/factors/totp/${String(factor['factor'])}/confirm`, { code: codeAt(-1) })
    const { codes } = await call('POST', `/v1/users/${user}/factors/recovery-codes`)
    recoveryCode = (codes as readonly string[])[0] ?? ''
  })
  after(async () => {
    await shop.stop()
    await platform.stop()
  })

  test('make an access token of an mfaToken that says how and when the person was verified', async () => {
    form = await answered('totp', codeAt(0))
    const answer = await exchanged(form)
    assert.equal(answer.status, 200, JSON.stringify(answer.body))
    assert.equal(answer.body['issued_token_type'], 'urn:ietf:params:oauth:token-type:access_token')
    token = answer.token
    const { auth_time: at } = claimsOf(form['subject_token'] ?? '')
    assert.partialDeepStrictEqual(claimsOf(token), {
      sub: user,
      sid: session,
      aud: 'https://api.shop.example',
      acr: 'urn:watchword:acr:mfa',
      amr: ['otp'],
      auth_time: at,
    })
    await platform.untilTold(async () => (await asked('/transfers', token)).status === 200)
  })

  test('ask for a passkey where a code does not do', async () => {
    const { status, challenge } = await asked('/limits', token)
    assert.equal(status, 401)
    assert.match(challenge, /insufficient_user_authentication.*acr_values="phr", max_age="300"/)
  })

  test('take an mfaToken once, of this person, session and lock, from their client alone', async () => {
    assert.deepEqual([(await exchanged(form)).error], ['invalid_request'])
    const fresh = await answered('recovery-code', recoveryCode)
    for (const over of [{ user: 'mallory' }, { session: 's-2' }, { lock: 'l-none' }, { subject_token: token }])
      assert.equal((await exchanged({ ...fresh, ...over })).error, 'invalid_request', JSON.stringify(over))
    const type = 'urn:ietf:params:oauth:token-type:access_token'
    assert.equal((await exchanged({ ...fresh, subject_token_type: type })).error, 'invalid_request')
    assert.equal((await exchanged(fresh, 'guessed')).error, 'invalid_client')
    assert.equal((await exchanged(fresh)).status, 200)
  })

  test('admit nobody by the mfaToken itself, nor by a token from before a lock', async () => {
    for (const none of [form['subject_token'] ?? '', '', 'x'])
      assert.deepEqual(await asked('/transfers', none), { status: 401, challenge: 'Bearer error="invalid_token"' })
    await call('POST', `/v1/users/${user}/lock`, { reason: 'a test', session })
    const { status, challenge } = await asked('/transfers', token)
    assert.equal(status, 401)
    assert.match(challenge, /acr_values="urn:watchword:acr:mfa", max_age="0", lock_id=/)
  })
})
