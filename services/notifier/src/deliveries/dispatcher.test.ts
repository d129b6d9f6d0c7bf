import assert from 'node:assert/strict'
import { PassThrough } from 'node:stream'
import { test } from 'node:test'
import { createCodecs, createEmbeddedRegistry, deliveryGroup, logTopics } from '@watchword/contracts'
import { createMemoryDisk, createMemoryLog } from '@watchword/event-log/memory'
import { createLogger } from '@watchword/service-kit'
import { createSteerableClock } from '../testing/steerable-clock.ts'
import { createDispatcher } from './dispatcher.ts'

test('a dispatcher that was stopped leaves no timer behind, also when a commit was under way', async () => {
  const clock = createSteerableClock()
  const timers = new Set<symbol>()
  const counted = {
    ...clock,
    after(delayMs: number, run: () => void) {
      const timer = Symbol(String(delayMs))
      timers.add(timer)
      const cancel = clock.after(delayMs, () => {
        timers.delete(timer)
        run()
      })
      return () => {
        timers.delete(timer)
        cancel()
      }
    },
  }
  const topics = logTopics
    .filter(({ name }) => name === deliveryGroup.topic)
    .map((topic) => ({ ...topic, partitions: 1 }))
  const memory = createMemoryLog({ topics, disk: createMemoryDisk() }, { now: () => clock.now() })
  const assigned = Promise.withResolvers<void>()
  const committing = Promise.withResolvers<void>()
  let isStopping = false
  const goOn = Promise.withResolvers<void>()
  const log = {
    ...memory,
    async join(options: Parameters<typeof memory.join>[0]) {
      const member = await memory.join({
        ...options,
        async onAssigned(partition) {
          const from = await options.onAssigned(partition)
          assigned.resolve()
          return from
        },
      })
      const commit: typeof member.commit = async (partition, nextOffset) => {
        committing.resolve()
        if (!isStopping) await goOn.promise
        await member.commit(partition, nextOffset)
      }
      return { ...member, commit }
    },
  }
  const dispatcher = await createDispatcher({
    log,
    codecs: await createCodecs(createEmbeddedRegistry()),
    clock: counted,
    channels: [],
    disabled: { has: () => false, disable: assert.fail },
    random: () => 0,
    logger: createLogger({ service: 'notifier', version: '0', level: 'silent' }, { destination: new PassThrough() }),
    onAttempted: () => assert.fail('there is nothing to attempt'),
    onRevoked: () => undefined,
    onFatal: assert.fail,
  })
  await assigned.promise
  // The first commit of the partition, and the one of all, at once.
  clock.advance(1_000)
  await committing.promise
  isStopping = true
  await dispatcher.stop()
  goOn.resolve()
  // What was under way comes to its end.
  await new Promise((resolve) => setImmediate(resolve))
  assert.equal(timers.size, 0)
})
