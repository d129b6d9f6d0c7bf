import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { describeExit, type Exit, explanationOf, type Outage } from './exits.ts'

const fatal = (msg: string, code: string): string => JSON.stringify({ level: 'fatal', msg, err: { type: 'E', code } })
const exit = (over: Partial<Exit> = {}): Exit => ({
  place: { service: 'scorer', index: 0 },
  at: 100_000,
  code: 1,
  sent: undefined,
  wasUp: true,
  lastLines: [fatal('a part failed for good, stopping', 'append-failed')],
  ...over,
})
const away = (what: Outage['what'], until = 90_000): readonly Outage[] => [{ what, from: 80_000, until }]

describe('the end of a process', () => {
  it('is explained by the signal that the campaign sent', () => {
    assert.equal(explanationOf(exit({ code: null, sent: 'SIGKILL' }), []), 'killed')
    assert.equal(explanationOf(exit({ code: 0, sent: 'SIGTERM' }), []), 'asked to stop')
    const early = exit({ code: null, sent: 'SIGTERM', wasUp: false })
    assert.equal(explanationOf(early, []), 'asked to stop while it started')
  })

  it('is not explained by itself, by a signal of somebody else, or by failing to stop', () => {
    for (const over of [
      {},
      { code: null },
      { code: null, sent: 'SIGTERM' as const },
      { code: 0 },
      { sent: 'SIGTERM' as const },
    ])
      assert.equal(explanationOf(exit(over), []), undefined)
  })

  it('is explained by an outage that is or has just been, and not by one long ago', () => {
    const stopping = exit({ sent: 'SIGTERM' })
    const expected = 'stopping without the broker: a part failed for good, stopping (append-failed)'
    assert.equal(explanationOf(stopping, away('broker')), expected)
    assert.equal(explanationOf(stopping, away('broker', Number.POSITIVE_INFINITY)), expected)
    assert.equal(explanationOf({ ...stopping, at: 140_000 }, away('broker')), undefined)
    assert.equal(explanationOf({ ...stopping, at: 70_000 }, away('broker')), undefined)
  })

  it('is not explained by anything that is away when nobody asked a running process to stop', () => {
    for (const what of ['broker', 'registry', 'clickhouse'] as const)
      assert.equal(explanationOf(exit(), away(what)), undefined)
  })

  it('is explained by what is needed for a start only while it starts', () => {
    assert.equal(explanationOf(exit({ sent: 'SIGTERM' }), away('registry')), undefined)
    for (const what of ['broker', 'registry'] as const)
      assert.notEqual(explanationOf(exit({ wasUp: false }), away(what)), undefined)
    const auditor = { service: 'auditor', index: 1 } as const
    assert.equal(explanationOf(exit({ place: auditor, sent: 'SIGTERM' }), away('clickhouse')), undefined)
    assert.notEqual(explanationOf(exit({ place: auditor, wasUp: false }), away('clickhouse')), undefined)
    assert.equal(explanationOf(exit({ wasUp: false }), away('clickhouse')), undefined)
  })

  it('is never explained when a fault was caught by nobody', () => {
    const lastLines = [fatal('fault that nobody caught', 'TypeError')]
    assert.equal(explanationOf(exit({ lastLines }), away('broker')), undefined)
  })

  it('is described with its reason', () => {
    const lines = [fatal('start failed', 'log-unavailable'), '{"level":"info","msg":"part stopped"}']
    assert.equal(
      describeExit(exit({ wasUp: false, lastLines: lines })),
      'scorer-1 ended with 1, had not come up: start failed (log-unavailable)',
    )
    assert.match(describeExit(exit({ lastLines: ['no JSON'] })), /no JSON$/)
  })
})
