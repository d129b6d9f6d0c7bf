import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type TopicName, topicOf } from '@watchword/contracts'
import type { Headers } from '@watchword/event-log'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { ticketFor, worldWithSockets } from '../testing/socket-world.ts'

const traceOf = (digit: number): string => `00-${String(digit).repeat(32)}-${String(digit).repeat(16)}-01`

/** The headers of every record of a topic, whatever its partition. */
async function headersIn({ log }: GuardWorld, topic: TopicName): Promise<readonly Headers[]> {
  const ends = await log.ends(topicOf(topic))
  const read = await Promise.all(ends.map((end, partition) => log.read(topicOf(topic), partition, 0, end + 1)))
  return read.flat().map(({ headers }) => headers)
}

test('the trace of a request goes on through the log: its commands, and all that they lead to', async (t) => {
  const world = await createGuardWorld(t)
  const { call, demand } = world
  const traced = (digit: number) => ({ headers: { traceparent: traceOf(digit) } })
  const { factor, code } = await enrolled(world, 'alice', traced(1))
  await demand('alice')
  const lock = await lockOf(world)
  const ticket = await ticketFor(world, 'alice')
  const withTicket = { key: '', headers: { 'x-watchword-ticket': ticket, traceparent: traceOf(2) } }
  const challenge = await challengeFor(world, lock, withTicket)
  assert.equal((await respond(world, challenge, { code: code() }, traced(3))).status, 200)
  await call('POST', '/v1/users/alice/lock', { ...traced(4), body: { reason: 'x' } })
  await call('POST', '/v1/users/alice/unlock', { ...traced(5), body: { reason: 'x' } })
  await call('DELETE', '/v1/sessions/s-1?user=alice', traced(6))
  assert.equal((await call('DELETE', `/v1/users/alice/factors/${factor}`, traced(7))).status, 204)
  await call('POST', '/v1/users/alice/lock', { headers: { traceparent: '00-zz-yy-01' }, body: { reason: 'x' } })

  const commands = (await headersIn(world, 'mfa')).filter(({ ce_type: type }) => type !== undefined)
  assert.deepEqual(
    commands.map((headers) => [headers['ce_type'], headers['traceparent']]),
    [
      ['watchword.mfa.factor-added', traceOf(1)],
      ['watchword.mfa.verification-attempted', traceOf(1)],
      ['watchword.mfa.ticket-used', traceOf(2)],
      ['watchword.mfa.verification-attempted', traceOf(3)],
      ['watchword.mfa.operator-lock', traceOf(4)],
      ['watchword.mfa.operator-unlock', traceOf(5)],
      ['watchword.mfa.session-end', traceOf(6)],
      ['watchword.mfa.factor-removed', traceOf(7)],
      ['watchword.mfa.operator-lock', undefined],
    ],
  )
  const happened = new Map((await headersIn(world, 'session')).map((one) => [one['ce_type'], one['traceparent']]))
  assert.equal(happened.get('watchword.session-ended'), traceOf(6))
  assert.equal(happened.get('watchword.ticket-accepted'), traceOf(2))
  for (const topic of ['session', 'lock', 'factor'] as const)
    for (const headers of await headersIn(world, topic))
      for (const name of ['ce_specversion', 'ce_id', 'ce_type', 'ce_source', 'ce_time'])
        assert.ok(headers[name], `${topic} lacks ${name}`)
})

test('the ticket of a subscription is used under the trace of its upgrade', async (t) => {
  const world = await worldWithSockets(t)
  const protocols = [`ticket.${await ticketFor(world, 'alice')}`]
  const client = world.connect({ headers: { origin: 'https://bank.example', traceparent: traceOf(8) }, protocols })
  client.subscribe('alice')
  await client.next('state')
  const [used] = await headersIn(world, 'mfa')
  assert.deepEqual([used?.['ce_type'], used?.['traceparent']], ['watchword.mfa.ticket-used', traceOf(8)])
})
