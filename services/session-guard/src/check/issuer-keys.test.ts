import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { exportJWK, generateKeyPair } from 'jose'
import { openIssuerKeys } from './issuer-keys.ts'

async function keySet(kid: string) {
  const { publicKey } = await generateKeyPair('ES256')
  return JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid, alg: 'ES256' }] })
}

const header = (kid: string) => ({ alg: 'ES256', kid })
const token = { payload: '', signature: '' }

test('keys may be in a file, and one that is not in it is none', async (t) => {
  const directory = await mkdtemp(`${tmpdir()}/keys-`)
  t.after(() => rm(directory, { recursive: true }))
  await writeFile(`${directory}/jwks.json`, await keySet('k-1'))
  const keys = await openIssuerKeys(pathToFileURL(`${directory}/jwks.json`).href, { now: Date.now })
  await keys(header('k-1'), token)
  await assert.rejects(async () => keys(header('k-2'), token), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
})

test('a new key is found when it is first used; while the issuer is away old keys hold for ten minutes, and no longer', async (t) => {
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() })
  let answer: string | undefined = await keySet('k-1')
  const server = createServer((_request, response) => {
    response.writeHead(answer === undefined ? 503 : 200, { connection: 'close' }).end(answer)
  })
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  t.after(() => void server.close())
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const keys = await openIssuerKeys(`http://127.0.0.1:${address.port}/`, { now: Date.now })
  await keys(header('k-1'), token)
  answer = await keySet('k-2')
  await assert.rejects(async () => keys(header('k-2'), token), { code: 'ERR_JWKS_NO_MATCHING_KEY' })
  t.mock.timers.tick(31_000)
  await keys(header('k-2'), token)
  answer = undefined
  t.mock.timers.tick(590_000)
  await keys(header('k-2'), token)
  t.mock.timers.tick(20_000)
  await assert.rejects(async () => keys(header('k-2'), token), { code: 'issuer-keys-unavailable' })
})
