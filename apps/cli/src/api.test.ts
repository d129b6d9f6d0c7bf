import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { ApiError, connectApi } from './api.ts'
import { answeringServer } from './doctor/testing/answering-server.ts'
import { runCommand } from './testing/command-line.ts'

const refused = async (url: string): Promise<ApiError> => {
  const api = await connectApi({ url, key: 'k', data: '' })
  const error = await api.call('GET', '/v1/users/alice?token=guess').catch((thrown: unknown) => thrown)
  assert.ok(error instanceof ApiError)
  return error
}

describe('a command that talks to a platform', () => {
  for (const args of [
    ['doctor'],
    ['demo'],
    ['keys', 'list'],
    ['session', 'list'],
    ['events', 'tail', '--user', 'alice'],
    ['simulate', 'stolen-session'],
  ])
    it(`refuses an address with a user or a password, and does not repeat it: ${args.join(' ')}`, async () => {
      for (const url of ['http://u:guess-this@host', 'https://guess-this@host/', 'u:guess-this@host', 'guess-this']) {
        const { code, out, err } = await runCommand([...args, '--url', url, '--key', 'ww_a_b'])
        assert.deepEqual([code, out, err.length], [2, [], 1])
        assert.match(err[0] ?? '', /^--url /)
        assert.doesNotMatch(err[0] ?? '', /guess-this/)
      }
    })

  it('does not repeat a key that cannot be sent', async () => {
    const { code, err } = await runCommand(['keys', 'list', '--key', 'guess\nthis', '--url', 'http://127.0.0.1:1'])
    assert.equal(code, 2)
    assert.doesNotMatch(err.join('\n'), /guess/)
  })

  it('tells an answer that is not one of Watchword', async (t) => {
    const url = await answeringServer(t, { '*': { status: 502, body: '<html>guess</html>' } })
    const { code, status, message } = await refused(url)
    assert.deepEqual([code, status], ['not-watchword', 502])
    assert.equal(message, `${url} answers GET /v1/users/alice with 502, and not as Watchword does`)
  })

  it('tells a refusal of Watchword in its own words', async (t) => {
    const body = { code: 'not-found', title: 'Not found', detail: 'no such user' }
    const { code, message } = await refused(await answeringServer(t, { '*': { status: 404, body } }))
    assert.deepEqual([code, message], ['not-found', '404 Not found: no such user'])
  })

  it('takes an answer that breaks off for none', async (t) => {
    const server = createServer((socket) => {
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'))
    })
    await once(server.listen(0, '127.0.0.1'), 'listening')
    t.after(() => server.close())
    assert.equal((await refused(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)).code, 'unreachable')
  })
})

it('a file of configuration that may not be read is a wrong use, and named', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-config-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'watchword.yaml')
  writeFileSync(file, '')
  chmodSync(file, 0)
  // In a namespace of its own nobody, root neither, may read what its mode forbids.
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', main, 'doctor', '--config', file]
  const ended = promisify(execFile)('unshare', ['--user', ...command])
  await assert.rejects(ended, { code: 2, stderr: `${file} cannot be read (EACCES)\n`, stdout: '' })
})
