import { topicOf } from '@watchword/contracts'
import type { AppendRecord, EventLog, Headers } from '@watchword/event-log'
import Fastify from 'fastify'

type Reported = Readonly<{ id: string; user: string }>

/** The least that a server can do that takes the same bodies and keeps the same bytes as durably: no key, no check, no look-up. Answers its address. */
export async function serveBareIngest(
  log: EventLog,
  { value, headers }: Readonly<{ value: Uint8Array; headers: Headers }>,
): Promise<string> {
  const topic = topicOf('activity')
  const server = Fastify()
  server.post<{ Body: Reported | readonly Reported[] }>('/v1/activities', async ({ body }, reply) => {
    const items: readonly Reported[] = 'id' in body ? [body] : body
    const records = items.map(({ user }): AppendRecord => ({ topic, key: `demo:${user}`, value, headers }))
    await log.append(records)
    return reply.code(202).send({ results: items.map(({ id }) => ({ id, status: 'accepted' })) })
  })
  return server.listen({ host: '127.0.0.1', port: 0 })
}
