import { join } from 'node:path'
import { logTopics, topicOf } from '@watchword/contracts'
import type { AppendRecord } from '@watchword/event-log'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import Fastify from 'fastify'
import { runAsChild } from '../drive/child.ts'
import { temporaryFolder } from '../drive/temporary-folder.ts'
import { sampleRecord } from './sample-record.ts'

type Reported = Readonly<{ id: string; user: string }>

/** The least that a server can do that takes the same bodies and keeps the same bytes as durably: no key, no check, no look-up. */
await runAsChild(async (onEnd) => {
  const folder = temporaryFolder()
  onEnd(folder.remove)
  const log = await openSqliteLog({ file: join(folder.path, 'log.db'), topics: logTopics }, { now: () => Date.now() })
  onEnd(() => log.close())
  const { value, headers } = await sampleRecord()
  const topic = topicOf('activity')
  const server = Fastify()
  server.post<{ Body: Reported | readonly Reported[] }>('/v1/activities', async ({ body }, reply) => {
    const items: readonly Reported[] = 'id' in body ? [body] : body
    const records = items.map(({ user }): AppendRecord => ({ topic, key: `demo:${user}`, value, headers }))
    await log.append(records)
    return reply.code(202).send({ results: items.map(({ id }) => ({ id, status: 'accepted' })) })
  })
  const url = await server.listen({ host: '127.0.0.1', port: 0 })
  return { url, valueBytes: value.byteLength }
})
