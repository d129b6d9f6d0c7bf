import assert from 'node:assert/strict'
import { EventEmitter } from 'node:events'
import { test } from 'node:test'
import { createLifecycle, createLogger, runUntilSignal } from './index.ts'

const logger = createLogger({ service: 'sample', version: '1', level: 'silent' })
const never = (): Promise<void> => Promise.withResolvers<void>().promise

test('a signal stops the parts in reverse order and ends with 0', async () => {
  const source = new EventEmitter()
  const stopped: string[] = []
  const code = await runUntilSignal(
    {},
    {
      process: source,
      logger,
      start: (lifecycle) => {
        for (const name of ['log', 'stage', 'http']) lifecycle.defer(name, () => void stopped.push(name))
        source.emit('SIGTERM', 'SIGTERM')
      },
    },
  )
  assert.deepEqual([code, stopped], [0, ['http', 'stage', 'log']])
  assert.equal(source.eventNames().length, 0)
})

test('a start that fails, or a fault that nobody caught, stops what had started and ends with 1', async () => {
  const source = new EventEmitter()
  const stopped: string[] = []
  const failing = await runUntilSignal(
    {},
    {
      process: source,
      logger,
      start: (lifecycle) => {
        lifecycle.defer('log', () => void stopped.push('log'))
        throw new Error('no port')
      },
    },
  )
  const faulty = await runUntilSignal(
    {},
    {
      process: source,
      logger,
      start: (lifecycle) => {
        lifecycle.defer('http', () => void stopped.push('http'))
        source.emit('unhandledRejection', new Error('lost'))
      },
    },
  )
  assert.deepEqual([failing, faulty, stopped], [1, 1, ['log', 'http']])
})

test('a part that tells of a fatal fault stops all parts and ends with 1, also while it starts or stops', async () => {
  const told = new Error('the log is gone')
  const running = new EventEmitter()
  const stopped: string[] = []
  const later = await runUntilSignal(
    {},
    {
      process: running,
      logger,
      start: (lifecycle, fail) => {
        lifecycle.defer('log', () => void stopped.push('log'))
        setImmediate(fail, told)
      },
    },
  )
  const starting = await runUntilSignal({}, { process: running, logger, start: (_, fail) => (fail(told), never()) })
  const stopping = await runUntilSignal(
    {},
    {
      process: running,
      logger,
      start: (lifecycle, fail) => {
        lifecycle.defer('log', () => fail(told))
        running.emit('SIGTERM', 'SIGTERM')
      },
    },
  )
  assert.deepEqual([later, starting, stopping, stopped], [1, 1, 1, ['log']])
})

test('a signal ends a start that never finishes, and a second one a stop that never does', async () => {
  const source = new EventEmitter()
  const code = await runUntilSignal(
    { stopDeadlineMs: 500 },
    {
      process: source,
      logger,
      start: (lifecycle) => {
        lifecycle.defer('stuck', () => {
          source.emit('SIGINT', 'SIGINT')
          return never()
        })
        source.emit('SIGTERM', 'SIGTERM')
        return never()
      },
    },
  )
  assert.equal(code, 1)
})

test('a part that fails to stop does not keep the others running', async () => {
  const stopped: string[] = []
  const lifecycle = createLifecycle({}, { logger })
  lifecycle.defer('log', () => void stopped.push('log'))
  lifecycle.defer('http', () => Promise.reject(new Error('stuck')))
  assert.deepEqual(await Promise.all([lifecycle.stop(), lifecycle.stop()]), [false, false])
  assert.deepEqual(stopped, ['log'])
})

test('a stop that takes longer than its deadline is given up', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const lifecycle = createLifecycle({ stopDeadlineMs: 1_000 }, { logger })
  lifecycle.defer('stuck', never)
  const outcome = lifecycle.stop()
  t.mock.timers.tick(1_000)
  assert.equal(await outcome, false)
})

test('a part that comes up after the stop is stopped at once', async () => {
  const stopped: string[] = []
  const lifecycle = createLifecycle({}, { logger })
  lifecycle.defer('log', () => void stopped.push('log'))
  await lifecycle.stop()
  const late = Promise.withResolvers<void>()
  lifecycle.defer('state', () => {
    stopped.push('state')
    late.resolve()
  })
  await late.promise
  assert.deepEqual(stopped, ['log', 'state'])
})
