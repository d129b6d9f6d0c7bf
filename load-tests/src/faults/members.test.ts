import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { LaunchedService, ServiceProcess } from '@watchword/service-host/testing'
import type { Exit } from './exits.ts'
import type { Place } from './fault-plan.ts'
import { keepMembers } from './members.ts'

/** A process that ends when it is told to, and never hears of a signal by itself. */
function newProcess() {
  const { promise: ended, resolve: end } = Promise.withResolvers<number | null>()
  const signals: string[] = []
  const launched = {
    pid: 1,
    signal: (name: string) => void signals.push(name),
    stop: () => ended,
    ended,
    lastLines: () => ['last'],
    up: new Promise<ServiceProcess>(() => undefined),
  } satisfies LaunchedService
  return { launched, end, signals }
}

test('a process that ends is started again, and its end is told with the signal that was sent', async () => {
  const started: ReturnType<typeof newProcess>[] = []
  const exits: Exit[] = []
  const first = newProcess()
  const place: Place = { service: 'ingest', index: 0 }
  const members = keepMembers({
    cluster: {
      members: (service) => (service === 'ingest' ? [first.launched as unknown as ServiceProcess] : []),
      launch() {
        const process = newProcess()
        started.push(process)
        return process.launched
      },
    },
    onExit: (exit) => void exits.push(exit),
  })
  const member = await members.at(place)
  member.end('SIGTERM')
  assert.deepEqual(first.signals, ['SIGTERM'])
  first.end(1)
  await member.ended
  const second = await members.at(place)
  assert.equal(started.length, 1)
  second.signal('SIGSTOP')
  assert.deepEqual(started[0]?.signals, ['SIGSTOP'])
  const told = exits.map((exit) => ({ ...exit, at: 0 }))
  assert.deepEqual(told, [{ place, at: 0, code: 1, sent: 'SIGTERM', wasUp: false, lastLines: ['last'] }])
  members.stop()
  started[0]?.end(null)
  await second.ended
  assert.equal(exits.length, 1)
})
