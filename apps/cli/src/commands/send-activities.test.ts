import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { connectApi } from '../api.ts'
import { streamSource } from '../connectors/input-source.ts'
import { sendActivities } from './send-activities.ts'

test('a batch that the platform has no room for is sent again, and the next one only then', async () => {
  const bodies: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk))
    request.on('end', () => {
      bodies.push(body)
      const isFull = bodies.length <= 2
      response.writeHead(isFull ? 503 : 202, { 'content-type': 'application/json', 'retry-after': '0' })
      const results = (JSON.parse(body) as { id: string }[]).map(({ id }) => ({ id, status: 'accepted' }))
      response.end(JSON.stringify(isFull ? { code: 'overloaded', title: 'Later' } : { results }))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  try {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const api = await connectApi({ url, key: 'k', data: '' })
    const lines = ['a', 'b'].map((id) => `${JSON.stringify({ id, type: 'access', user: 'alice' })}\n`)
    const source = streamSource(Readable.from(lines), 'activities')
    const { env, stdin } = process
    const terminal = { env, stdin, process, out: () => undefined, err: (line: string) => assert.fail(line) }
    const options = { asNow: false, json: false, batch: 1 }
    const counts = await sendActivities(source, options, { api, terminal, now: () => 0 })
    assert.deepEqual(counts, { accepted: 2, duplicate: 0, rejected: 0, unreadable: 0 })
    const sent = bodies.map((body) => (JSON.parse(body) as { id: string }[]).map(({ id }) => id).join(' '))
    assert.deepEqual(sent, ['a', 'a', 'a', 'b'])
  } finally {
    server.close()
    server.closeAllConnections()
  }
})
