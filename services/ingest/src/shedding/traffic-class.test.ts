import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeenContexts } from './seen-contexts.ts'
import { createTrafficClasses } from './traffic-class.ts'

describe('telemetry', () => {
  const classOf = (values: readonly unknown[], { tenant = 'demo', isAwaited = false } = {}) =>
    classes.of({
      sender: { tenant, app: 'bank' },
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
  const classes = createTrafficClasses(createSeenContexts('key'))
  classes.note({ tenant: 'demo', app: 'bank' }, seen)

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
    classes.note({ tenant: 'demo', app: 'bank' }, { ...seen, session: 's-3', type: 'login' })
    assert.equal(classOf([{ ...seen, session: 's-3' }]), 'sensitive')
  })
})
