import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeenContexts } from './seen-contexts.ts'
import { createTrafficClasses } from './traffic-class.ts'

describe('telemetry', () => {
  const classOf = (values: readonly unknown[], { tenant = 'demo', isAwaited = false } = {}) =>
    classes.of({
      tenant,
      items: values.map((value) => () => ({
        ok: true,
        value,
        bytes: () => 0,
        originOf: (pointer: string) => pointer,
      })),
      isAwaited,
    })
  const seen = {
    type: 'access',
    outcome: 'succeeded',
    user: 'alice',
    session: 's-1',
    ip: '198.51.100.7',
    device: 'd-1',
  }
  const classes = createTrafficClasses()
  classes.note('demo', seen)

  it('is what has happened, concerns nothing sensitive, and nobody waits for', () => {
    const calmOnes = [seen, { ...seen, action: { type: 'view', sensitivity: 'low' } }, { ...seen, type: 'context' }]
    assert.equal(classOf(calmOnes), 'telemetry')
    assert.equal(classOf(calmOnes, { isAwaited: true }), 'sensitive')
  })

  it('is no request that holds anything else', () => {
    for (const other of [
      { ...seen, type: 'login' },
      { ...seen, type: 'credential-change' },
      { type: 'signal', signal: { code: 'device-not-compliant' } },
      { ...seen, outcome: 'attempted' },
      { ...seen, outcome: 'failed' },
      { ...seen, action: { type: 'export' } },
      { ...seen, signals: ['phishing-proxy'] },
      { ...seen, action: { type: 'export', sensitivity: 'high' } },
      { ...seen, action: { type: 'export', sensitivity: 'of our own' } },
      7,
    ])
      assert.equal(classOf([seen, other]), 'sensitive', JSON.stringify(other))
  })

  it('is no access in a context where the session was never seen: it may be stolen', () => {
    for (const other of [
      { ip: '203.0.113.9' },
      { device: 'd-2' },
      { userAgent: 'x' },
      { session: 's-2' },
      { user: 'bob' },
    ])
      assert.equal(classOf([{ ...seen, ...other }]), 'sensitive', JSON.stringify(other))
    assert.equal(classOf([seen], { tenant: 'another' }), 'sensitive')
  })

  it('is no access of a session of which only what is sensitive was taken', () => {
    classes.note('demo', { ...seen, session: 's-3', type: 'login' })
    assert.equal(classOf([{ ...seen, session: 's-3' }]), 'sensitive')
  })
})

describe('the contexts that were seen', () => {
  const seen = { user: 'alice', session: 's-1', ip: '198.51.100.7', device: 'd-1' }
  const noted = (...activities: readonly object[]) => {
    const of = createSeenContexts({ sessions: 2, characters: 1_000 })
    for (const activity of activities) of.note('demo', { ...activity })
    return (activity: object) => of.has('demo', { ...activity })
  }
  const sessions = ['s-1', 's-2', 's-3'].map((session) => ({ ...seen, session }))

  it('are the last of each session: who comes back to another may be the thief', () => {
    const has = noted(seen, { ...seen, ip: '203.0.113.9' })
    assert.deepEqual([has(seen), has({ ...seen, ip: '203.0.113.9' })], [false, true])
  })

  it('are of the sessions that were used last, as many as are remembered', () => {
    const [first = {}, second = {}, third = {}] = sessions
    assert.deepEqual(sessions.map(noted(first, second, first, third)), [true, false, true])
    const long = { ...third, userAgent: 'x'.repeat(950) }
    assert.deepEqual([first, long].map(noted(first, long)), [false, true])
    assert.deepEqual([first, long].map(noted(first, { ...long, userAgent: 'x'.repeat(2_000) })), [true, false])
  })

  it('are no values that are not what they should be', () => {
    for (const odd of [{ toString: 1 }, ['s-1'], null, 1]) assert.equal(noted(seen)({ ...seen, session: odd }), false)
  })
})
