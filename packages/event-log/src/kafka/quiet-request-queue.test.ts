import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { describe, it, mock } from 'node:test'
import { quietRequestQueue } from './quiet-request-queue.ts'

type Queue = { fulfillRequest: (answer: object) => void; pending: unknown[]; checkPendingRequests: () => void }

function newQueue(): Queue {
  const RequestQueue = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as new (
    options: object,
  ) => Queue
  const logger = { debug: () => undefined, warn: () => undefined }
  return new RequestQueue({ maxInFlightRequests: null, requestTimeout: 1000, clientId: 'c', broker: 'b', logger })
}

/** Whether a connection still has a timer armed after it has done nothing ten times. */
function wakesWhenIdle(): boolean {
  let armed: (() => void) | null = null
  const timer = mock.method(globalThis, 'setTimeout', (callback: () => void) => {
    armed = callback
    return 1
  })
  newQueue().fulfillRequest({ correlationId: 1, payload: null, size: 0 })
  for (let round = 0; round < 10 && armed !== null; round += 1) {
    const due: () => void = armed
    armed = null
    due()
  }
  timer.mock.restore()
  return armed !== null
}

describe('the idle timer of kafkajs', () => {
  it('is gone: an idle connection wakes nobody', () => {
    assert.equal(wakesWhenIdle(), true, 'kafkajs needs no quieting any more')
    quietRequestQueue()
    quietRequestQueue()
    assert.equal(wakesWhenIdle(), false)
  })

  it('still runs while requests wait', () => {
    quietRequestQueue()
    mock.timers.enable({ apis: ['setTimeout', 'Date'] })
    const queue = newQueue()
    const sent: string[] = []
    const request = { send: () => sent.push('sent'), expectResponse: true, correlationId: 7, pendingDuration: 0 }
    Object.assign(queue, { throttledUntil: Date.now() + 50 })
    queue.pending.push(request)
    queue.checkPendingRequests()
    assert.deepEqual(sent, [])
    mock.timers.tick(60)
    assert.deepEqual(sent, ['sent'])
    mock.timers.reset()
  })
})
