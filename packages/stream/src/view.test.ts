import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LogRecord } from '@watchword/event-log'
import { openWorld, textOf, until } from './testing/world.ts'
import { nextTurn } from './clock.ts'
import { createView } from './view.ts'

test('a view is as fresh as the question it has caught up with, counted from when it was sent', async () => {
  const world = openWorld()
  await world.send(['a:1', 'b:2'])
  const seen: string[] = []
  const held = Promise.withResolvers<void>()
  let hold = false
  const log = {
    ...world.log,
    async ends(topic: string) {
      const ends = await world.log.ends(topic)
      if (hold) await held.promise
      return ends
    },
  }
  const deps = {
    clock: world.clock,
    onFatal: assert.fail,
    onRecord: ({ value }: LogRecord) => void seen.push(textOf(value)),
  }
  const view = await createView({ topics: ['in'], pollEveryMs: 1_000_000 }, { ...deps, log })
  assert.equal(view.ageMs(), Number.POSITIVE_INFINITY)
  await view.ready
  assert.deepEqual(seen, ['1', '2'])
  assert.equal(view.ageMs(), 0)
  hold = true
  world.clock.advance(300)
  assert.equal(view.ageMs(), 300)
  const refreshed = view.refresh()
  world.clock.advance(40)
  held.resolve()
  await refreshed
  assert.equal(view.ageMs(), 40)
  await view.stop()
  await world.log.close()
})

test('a view that is not answered asks nothing more', async () => {
  const world = openWorld()
  let questions = 0
  const unanswered = Promise.withResolvers<readonly number[]>()
  const ends = (topic: string) => {
    questions += 1
    return questions > 2 ? unanswered.promise : world.log.ends(topic)
  }
  const deps = { log: { ...world.log, ends }, clock: world.clock, onFatal: assert.fail, onRecord: () => undefined }
  const view = await createView({ topics: ['in'] }, deps)
  await view.ready
  await until(() => {
    world.clock.advance(100)
    return questions > 2
  })
  for (let round = 0; round < 10; round += 1) {
    world.clock.advance(100)
    await nextTurn()
  }
  assert.equal(questions, 3)
  unanswered.resolve(await world.log.ends('in'))
  await view.stop()
  await world.log.close()
})

test('what was durable before a refresh is applied when it resolves', async () => {
  const world = openWorld()
  const seen: string[] = []
  const onRecord = ({ value }: LogRecord) => void seen.push(textOf(value))
  const view = await createView(
    { topics: ['in', 'sum'] },
    { log: world.log, clock: world.clock, onFatal: assert.fail, onRecord },
  )
  await view.ready
  for (let index = 0; index < 20; index += 1) {
    await world.send([`a:${index}`], index % 2)
    await view.refresh()
    assert.equal(seen.at(-1), String(index))
  }
  await view.stop()
  await assert.rejects(view.refresh(), { code: 'view-failed' })
  await world.log.close()
})

test('the age grows while the log does not answer', async () => {
  const world = openWorld()
  let mute = false
  const log = {
    ...world.log,
    ends: (topic: string) => (mute ? Promise.reject(new Error('gone')) : world.log.ends(topic)),
  }
  const view = await createView(
    { topics: ['in'] },
    { log, clock: world.clock, onFatal: assert.fail, onRecord: () => undefined },
  )
  await view.ready
  mute = true
  for (let polls = 0; polls < 10; polls += 1) world.clock.advance(100)
  assert.equal(view.ageMs(), 1000)
  mute = false
  world.clock.advance(100)
  await until(() => view.ageMs() === 0)
  await view.stop()
  await world.log.close()
})

test('a clock that is set back makes no view younger', async () => {
  const world = openWorld()
  let mute = false
  const log = {
    ...world.log,
    ends: (topic: string) => (mute ? Promise.reject(new Error('gone')) : world.log.ends(topic)),
  }
  const view = await createView(
    { topics: ['in'] },
    { log, clock: world.clock, onFatal: assert.fail, onRecord: () => undefined },
  )
  await view.ready
  mute = true
  world.clock.set(world.clock.now() - 3_600_000)
  world.clock.advance(300)
  assert.equal(view.ageMs(), 300)
  await view.stop()
  await world.log.close()
})

test('a record that the owner cannot take ends the view rather than be skipped', async () => {
  const world = openWorld()
  await world.send(['a:1'])
  const faults: string[] = []
  const view = await createView(
    { topics: ['in'] },
    {
      log: world.log,
      clock: world.clock,
      onFatal: ({ code }) => void faults.push(code),
      onRecord: () => {
        throw new TypeError('no')
      },
    },
  )
  await assert.rejects(view.ready)
  await until(() => faults.length > 0)
  assert.deepEqual(faults, ['view-failed'])
  assert.equal(view.ageMs(), Number.POSITIVE_INFINITY)
  await view.stop()
  await world.log.close()
})
