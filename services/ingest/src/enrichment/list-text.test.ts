import assert from 'node:assert/strict'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestContext, test } from 'node:test'
import { parseAddress } from '@watchword/policy'
import { createLogger } from '@watchword/service-kit'
import { systemClock } from '@watchword/stream'
import { createAddressLists } from './address-lists.ts'
import { readListText } from './list-text.ts'

const limits = { bytesMax: 1_000, timeoutMs: 60_000 }

/** The address of a list that a server of this machine answers. */
async function served(t: TestContext, answer: RequestListener): Promise<string> {
  const server = createServer(answer).listen(0, '127.0.0.1')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  await once(server, 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/list.txt`
}

test('a list is read by its address as it is sent, also in pieces that end within a letter', async (t) => {
  const text = '203.0.113.0/24 # Zürich\n198.51.100.7\n'
  const bytes = Buffer.from(text)
  const url = await served(t, (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/plain' })
    const withinUmlaut = bytes.indexOf(0xc3) + 1
    response.write(bytes.subarray(0, withinUmlaut), () => response.end(bytes.subarray(withinUmlaut)))
  })
  assert.equal(await readListText({ url }), text)
})

test('another status than 200 is no list, whatever comes with it', async (t) => {
  let status = 404
  const url = await served(t, (_request, response) => response.writeHead(status).end('203.0.113.0/24\n'))
  for (status of [404, 500, 203]) await assert.rejects(readListText({ url }), new RegExp(`answered with ${status}`))
})

test('a server that is not there is an error, not an empty list', async (t) => {
  const url = await served(t, (request) => request.destroy())
  await assert.rejects(readListText({ url }), TypeError)
})

test('a list that ends before its length is an error, not a shorter list', async (t) => {
  const url = await served(t, (_request, response) => {
    response.writeHead(200, { 'content-length': 100 })
    response.write('203.0.113.0/24\n', () => response.destroy())
  })
  await assert.rejects(readListText({ url }), TypeError)
})

test('no more is read of a list that is too large than tells so', async (t) => {
  const gone = Promise.withResolvers<void>()
  const url = await served(t, (_request, response) => {
    response.on('close', () => gone.resolve())
    response.writeHead(200)
    // Without end: only the reader can end it.
    const write = (): void =>
      void response.write('203.0.113.0/24\n'.repeat(10), (error) => (error ? undefined : write()))
    write()
  })
  await assert.rejects(readListText({ url }, limits), { name: 'RangeError', message: /larger than 1000 bytes/ })
  await gone.promise
})

test('a list of exactly the largest size is read', async (t) => {
  const text = 'x'.repeat(limits.bytesMax)
  const url = await served(t, (_request, response) => response.end(text))
  assert.equal(await readListText({ url }, limits), text)
})

test('a server that begins and does not go on is given up in time', async (t) => {
  const gone = Promise.withResolvers<void>()
  const url = await served(t, (_request, response) => {
    response.on('close', () => gone.resolve())
    response.writeHead(200)
    response.write('203.0.113.0/24\n')
  })
  await assert.rejects(readListText({ url }, { ...limits, timeoutMs: 100 }), { name: 'TimeoutError' })
  await gone.promise
})

test('a file has the same bound, and neither file nor address is a fault', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-list-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const file = join(folder, 'list.txt')
  writeFileSync(file, 'x'.repeat(limits.bytesMax))
  assert.equal((await readListText({ file }, limits)).length, limits.bytesMax)
  writeFileSync(file, 'x'.repeat(limits.bytesMax + 1))
  await assert.rejects(readListText({ file }, limits), RangeError)
  await assert.rejects(readListText({}), TypeError)
})

test('what a server says anew has a version of its own; what it fails to say leaves the list as it was', async (t) => {
  let answer = { status: 200, text: '203.0.113.0/24\n' }
  const url = await served(t, (_request, response) => response.writeHead(answer.status).end(answer.text))
  let changes = 0
  const lists = await createAddressLists(
    { sources: [{ name: 'bad', kind: 'reputation', format: 'cidr-lines', url }], refreshEveryMs: 3_600_000 },
    {
      readText: readListText,
      clock: systemClock,
      logger: createLogger({ service: 'test', version: '0', level: 'silent' }),
      onChange: () => changes++,
    },
  )
  t.after(() => lists.stop())
  const first = parseAddress('203.0.113.9') ?? assert.fail()
  const second = parseAddress('198.51.100.7') ?? assert.fail()
  const judged = () => [first, second].map((address) => lists.of(address, null).reputation)
  const before = lists.version()
  assert.match(before ?? '', /^bad@[0-9a-f]{12}\/1$/)
  assert.deepEqual(judged(), ['bad', 'ok'])

  await lists.refresh()
  assert.deepEqual([lists.version(), changes], [before, 1])

  answer = { status: 200, text: '198.51.100.7\n192.0.2.0/24\n' }
  await lists.refresh()
  const after = lists.version()
  assert.match(after ?? '', /^bad@[0-9a-f]{12}\/2$/)
  assert.deepEqual([judged(), changes], [['ok', 'bad'], 2])

  answer = { status: 503, text: '' }
  await lists.refresh()
  assert.deepEqual([judged(), lists.version(), changes], [['ok', 'bad'], after, 2])
})
