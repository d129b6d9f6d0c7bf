import assert from 'node:assert/strict'
import { test } from 'node:test'
import { topicOf, userKey } from '@watchword/contracts'
import { createGuardWorld, type GuardWorld } from '../testing/guard-world.ts'
import { append } from '../testing/log-records.ts'
import { until } from '../testing/until.ts'

type Letter = Readonly<{ id: string; user?: string; replayedAt?: string; error: object; value?: string }>

const garbage = Buffer.from('no Avro at all')

async function letters({ call }: GuardWorld, query = '', options: object = {}): Promise<readonly Letter[]> {
  const { status, body, text } = await call('GET', `/v1/dead-letters${query}`, options)
  assert.equal(status, 200, text)
  return body['items'] as readonly Letter[]
}

/** Puts garbage into the inbox of the locks and waits for its letter. */
async function deadLetter(world: GuardWorld, key = userKey('demo', 'alice')): Promise<Letter> {
  await append(world, garbage, key)
  let found: readonly Letter[] = []
  await until(async () => (found = await letters(world)).length > 0)
  return found[0] ?? assert.fail()
}

const replay = ({ call }: GuardWorld, id: string, options: object = {}) =>
  call('POST', `/v1/dead-letters/${id}/replay`, options)

async function inbox({ log }: GuardWorld): Promise<number> {
  return (await log.ends(topicOf('mfa'))).reduce((sum, end) => sum + end, 0)
}

test('what could not be read is listed with what made it so, and shown with its bytes', async (t) => {
  const world = await createGuardWorld(t)
  const letter = await deadLetter(world)
  assert.partialDeepStrictEqual(letter, {
    topic: topicOf('mfa'),
    user: 'alice',
    group: 'watchword.lock',
    bytes: garbage.length,
    error: { class: 'UndecodableError', step: 'decode' },
  })
  const { body } = await world.call('GET', `/v1/dead-letters/${letter.id}`)
  assert.equal(Buffer.from(String(body['value']), 'base64').toString(), garbage.toString())
  assert.deepEqual(await letters(world, `?topic=${topicOf('activity')}`), [])
})

test('a replay puts the record back once, however many ask for it at once', async (t) => {
  const world = await createGuardWorld(t)
  const { id } = await deadLetter(world)
  const before = await inbox(world)
  const answers = await Promise.all(Array.from({ length: 20 }, () => replay(world, id)))
  assert.ok(answers.every(({ status }) => status === 200))
  assert.equal(answers.filter(({ body }) => body['replayed'] === true).length, 1)
  assert.equal(await inbox(world), before + 1)
  const replayed = (await letters(world)).find((each) => each.id === id)
  assert.ok(replayed?.replayedAt !== undefined)
  // It is no better than it was: there is a letter more, which can be put back as the first one was.
  await until(async () => (await letters(world)).length === 2)
})

test('a letter of another tenant, a made-up one and one of a topic that no stage reads are not found', async (t) => {
  const world = await createGuardWorld(t)
  const { id } = await deadLetter(world)
  const rival = await world.keyOf('rival', 'bank')
  assert.deepEqual(await letters(world, '', { key: rival }), [])
  const before = await inbox(world)
  const [, partition] = id.split('-')
  for (const [letter, key] of [
    [id, rival],
    [`mfa-${partition}-99`, world.key],
    ['mfa-99-0', world.key],
    ['factor-0-0', world.key],
    ['x', world.key],
  ] as const) {
    assert.equal((await world.call('GET', `/v1/dead-letters/${letter}`, { key })).status, 404, letter)
    assert.equal((await replay(world, letter, { key })).status, 404, letter)
  }
  assert.equal(await inbox(world), before)
})

test('only a key with the scope operate sees or replays one', async (t) => {
  const world = await createGuardWorld(t)
  const { id } = await deadLetter(world)
  const key = await world.keyOf('demo', 'bank', 'report', 'admin', 'ingest')
  assert.equal((await world.call('GET', '/v1/dead-letters', { key })).status, 403)
  assert.equal((await replay(world, id, { key })).status, 403)
})
