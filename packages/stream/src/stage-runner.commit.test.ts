import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type EventLog, LogError, type LogErrorCode } from '@watchword/event-log'
import { openWorld, until, untilSettled, type World } from './testing/world.ts'

/** The same log, whose groups refuse commits while `refusal` is set. */
function refusingCommits(log: EventLog) {
  const state: { refusal: LogErrorCode | null; refused: number } = { refusal: null, refused: 0 }
  const refusing: EventLog = {
    ...log,
    async join(options) {
      const member = await log.join(options)
      return {
        ...member,
        async commit(partition, nextOffset) {
          if (state.refusal === null) return member.commit(partition, nextOffset)
          state.refused += 1
          throw new LogError(state.refusal, 'no commits now')
        },
      }
    },
  }
  return { log: refusing, state }
}

async function committedOf({ log }: World, partition = 0): Promise<number | null | undefined> {
  return (await log.committed('watchword.adder', 'in'))[partition]
}

for (const code of ['log-unavailable', 'log-locked', 'log-closed'] as const) {
  test(`a commit refused with ${code} ends nothing, and is repeated although nothing more comes`, async () => {
    const world = openWorld()
    const { log, state } = refusingCommits(world.log)
    state.refusal = code
    const runner = await world.run({ log })
    await world.send(['a:1', 'a:2'])
    await untilSettled(runner, 2)
    await runner.save()
    assert.ok(state.refused > 0)
    assert.equal(await committedOf(world), null)
    state.refusal = null
    await until(async () => {
      world.clock.advance(1000)
      return (await committedOf(world)) === 2
    })
    await runner.stop()
    assert.deepEqual(world.faults, [])
    await world.log.close()
  })
}

test('a commit that the log refuses for good ends the partition as a fault of the group, not of the state', async () => {
  const world = openWorld()
  const { log, state } = refusingCommits(world.log)
  state.refusal = 'log-access-refused'
  const runner = await world.run({ log })
  await world.send(['a:1'])
  await untilSettled(runner, 1)
  await runner.save()
  assert.deepEqual(
    world.faults.map((fault) => fault.code),
    ['group-failed'],
  )
  await runner.stop()
  await world.log.close()
})

test('what was saved and not committed by whoever died is committed by the next, although nothing more comes', async () => {
  const world = openWorld()
  const { log, state } = refusingCommits(world.log)
  state.refusal = 'log-unavailable'
  const first = await world.run({ log })
  await world.send(['a:1', 'a:2'])
  await untilSettled(first, 2)
  await first.stop()
  assert.deepEqual([world.store.position(0)?.nextOffset, await committedOf(world)], [2, null])
  const second = await world.run()
  await until(async () => {
    world.clock.advance(1000)
    return (await committedOf(world)) === 2
  })
  await second.stop()
  assert.deepEqual(world.faults, [])
  await world.log.close()
})
