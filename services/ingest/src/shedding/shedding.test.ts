import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProblemError } from '@watchword/service-kit'
import fc from 'fast-check'
import { createJudgementAge } from './judgement-age.ts'
import { type Pressure, shedShare } from './shed-share.ts'
import { createSeenContexts } from './seen-contexts.ts'
import { createShedding } from './shedding.ts'
import { type TrafficClass, trafficClassOf } from './traffic-class.ts'

const limits = { judgementAgeMaxMs: 2_000, requestAgeMaxMs: 1_000, activitiesInFlightMax: 10_000 }
const calm: Pressure = { judgementAgeMs: 0, unjudged: 0, requestAgeMs: 0, waiting: 0 }

describe('the share of telemetry that is refused', () => {
  it('is none up to a quarter of a limit, and all from the limit on', () => {
    const shares = [0, 500, 1_250, 2_000, 9_000].map((judgementAgeMs) =>
      shedShare({ ...calm, judgementAgeMs, unjudged: 500 }, limits),
    )
    assert.deepEqual(shares, [0, 0, 0.5, 1, 1])
    assert.equal(shedShare({ ...calm, requestAgeMs: 1_000, waiting: 500 }, limits), 1)
    assert.equal(shedShare({ ...calm, waiting: 5_000 }, limits), 1)
  })

  it('is none while so few wait that their number is not why', () => {
    const late = { judgementAgeMs: 60_000, unjudged: 499, requestAgeMs: 60_000, waiting: 499 }
    assert.equal(shedShare(late, limits), 0)
  })

  it('is a share, and never less for more of anything', () => {
    const pressure = fc.record({
      judgementAgeMs: fc.nat(10_000),
      unjudged: fc.nat(100_000),
      requestAgeMs: fc.nat(10_000),
      waiting: fc.nat(20_000),
    })
    const property = fc.property(pressure, fc.constantFrom(...keysOf(calm)), fc.nat(10_000), (some, key, more) => {
      const [less, greater] = [shedShare(some, limits), shedShare({ ...some, [key]: some[key] + more }, limits)]
      assert.ok(less >= 0 && greater <= 1 && less <= greater)
    })
    fc.assert(property)
  })
})

describe('what is let in', () => {
  /** Asks for room again and again; answers how many of so many requests were let in. */
  function admitted(ageMs: number, trafficClass: TrafficClass, requests = 100) {
    const shed: TrafficClass[] = []
    const backlog = () => ({ ageMs, unjudged: 10_000 })
    const shedding = createShedding(limits, { elapsed: () => 0, backlog, onShed: (of) => void shed.push(of) })
    let count = 0
    for (let request = 0; request < requests; request += 1) {
      try {
        shedding.admit(10, () => trafficClass)()
        count += 1
      } catch (error) {
        assert.ok(error instanceof ProblemError && error.code === 'overloaded')
        assert.ok(Number(error.headers['retry-after']) > 0)
      }
    }
    assert.equal(shed.length, requests - count)
    return count
  }

  it('is of telemetry the share that is not refused, evenly', () => {
    assert.deepEqual(
      [0, 875, 1_250, 2_000].map((ageMs) => admitted(ageMs, 'telemetry')),
      [100, 75, 50, 0],
    )
  })

  it('is all that is sensitive, however far behind the platform is', () => {
    assert.equal(admitted(60_000, 'sensitive'), 100)
  })

  it('is nothing above what may wait for the log, and again once there is room', () => {
    const backlog = () => ({ ageMs: 0, unjudged: 0 })
    const shedding = createShedding(limits, { elapsed: () => 0, backlog, onShed: () => undefined })
    const leave = shedding.admit(10_000, () => 'sensitive')
    assert.throws(() => shedding.admit(1, () => 'sensitive'), { code: 'overloaded' })
    leave()
    shedding.admit(10_000, () => 'sensitive')
  })

  it('counts from the oldest request that is still inside', () => {
    let now = 0
    const backlog = () => ({ ageMs: 0, unjudged: 0 })
    const shedding = createShedding(limits, { elapsed: () => now, backlog, onShed: () => undefined })
    const first = shedding.admit(400, () => 'telemetry')
    now = 900
    shedding.admit(400, () => 'telemetry')
    now = 1_000
    assert.equal(shedding.share(), 1)
    first()
    assert.equal(shedding.share(), 0)
  })
})

describe('the age of what is not judged', () => {
  function ages() {
    const clock = { now: 10_000 }
    return { clock, age: createJudgementAge(() => clock.now, 2_000) }
  }

  it('is that of the oldest, and nothing once all are judged', () => {
    const { clock, age } = ages()
    age.appended({ partition: 0, offset: 4 })
    age.judged({ partition: 0, offset: 4 })
    for (const [offset, ms] of [
      [10, 100],
      [20, 100],
    ] as const) {
      age.appended({ partition: 0, offset })
      clock.now += ms
    }
    assert.deepEqual(age.backlog(), { ageMs: 200, unjudged: 16 })
    age.judged({ partition: 0, offset: 15 })
    assert.deepEqual(age.backlog(), { ageMs: 100, unjudged: 5 })
    age.judged({ partition: 0, offset: 20 })
    assert.deepEqual(age.backlog(), { ageMs: 0, unjudged: 0 })
  })

  it('is a mean over the partitions: one user who does much makes one of them late', () => {
    const { clock, age } = ages()
    for (const partition of [0, 1, 2, 3]) {
      age.appended({ partition, offset: 0 })
      age.judged({ partition, offset: 0 })
    }
    age.appended({ partition: 0, offset: 1_000 })
    clock.now += 1_000
    assert.equal(age.backlog().ageMs, 250)
  })

  it('is a mean over those with nothing to judge, too, however long they have had nothing', () => {
    const { clock, age } = ages()
    for (const partition of [0, 1, 2, 3]) {
      age.appended({ partition, offset: 0 })
      age.judged({ partition, offset: 0 })
    }
    clock.now += 60_000
    age.appended({ partition: 0, offset: 1 })
    age.judged({ partition: 0, offset: 1 })
    age.appended({ partition: 0, offset: 1_000 })
    clock.now += 1_000
    assert.equal(age.backlog().ageMs, 250)
  })

  it('counts no partition of which nothing is judged: an outage is no overload', () => {
    const { clock, age } = ages()
    age.appended({ partition: 0, offset: 0 })
    clock.now += 500
    assert.equal(age.backlog().ageMs, 0)
    age.judged({ partition: 0, offset: 0 })
    age.appended({ partition: 0, offset: 5_000 })
    clock.now += 2_001
    assert.deepEqual(age.backlog(), { ageMs: 0, unjudged: 0 })
  })

  it('counts from when somebody judges again, not what came while nobody did', () => {
    const { clock, age } = ages()
    for (let offset = 0; offset < 1_000; offset += 1) {
      age.appended({ partition: 0, offset })
      clock.now += 10
    }
    age.judged({ partition: 0, offset: 0 })
    assert.deepEqual(age.backlog(), { ageMs: 0, unjudged: 999 })
    clock.now += 300
    age.judged({ partition: 0, offset: 500 })
    assert.deepEqual(age.backlog(), { ageMs: 300, unjudged: 499 })
    age.judged({ partition: 0, offset: 999 })
    assert.deepEqual(age.backlog(), { ageMs: 0, unjudged: 0 })
  })

  it('is right to a sixtieth of itself, after hours as well', () => {
    const clock = { now: 0 }
    const age = createJudgementAge(() => clock.now, Number.POSITIVE_INFINITY)
    const hourMs = 3_600_000
    for (let offset = 0; clock.now < hourMs; offset += 1) {
      age.appended({ partition: 0, offset })
      clock.now += 100
    }
    age.judged({ partition: 0, offset: 18_000 })
    const exact = hourMs / 2
    const { ageMs } = age.backlog()
    assert.ok(Math.abs(ageMs - exact) < exact / 30, `${ageMs}`)
  })
})

describe('telemetry', () => {
  const classOf = (values: readonly unknown[], isAwaited = false) =>
    trafficClassOf(
      {
        tenant: 'demo',
        items: values.map((value) => () => ({ ok: true, value, bytes: 0, originOf: (pointer: string) => pointer })),
        isAwaited,
      },
      contexts,
    )
  const seen = {
    type: 'access',
    outcome: 'succeeded',
    user: 'alice',
    session: 's-1',
    ip: '198.51.100.7',
    device: 'd-1',
  }
  const contexts = createSeenContexts(2)
  contexts.note('demo', seen)

  it('is what has happened, concerns nothing sensitive, and nobody waits for', () => {
    const calmOnes = [seen, { ...seen, action: { type: 'view', sensitivity: 'low' } }, { ...seen, type: 'context' }]
    assert.equal(classOf(calmOnes), 'telemetry')
    assert.equal(classOf(calmOnes, true), 'sensitive')
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
    assert.equal(contexts.has('another', seen), false)
  })

  it('is what was seen last, as much as is remembered', () => {
    const few = createSeenContexts(2)
    const [first, second, third] = ['s-1', 's-2', 's-3'].map((session) => ({ ...seen, session })) as [
      object,
      object,
      object,
    ]
    for (const one of [first, second, first, third]) few.note('demo', { ...one })
    assert.deepEqual(
      [first, second, third].map((one) => few.has('demo', { ...one })),
      [true, false, true],
    )
  })
})

function keysOf<Key extends string>(of: Readonly<Record<Key, unknown>>): readonly Key[] {
  return Object.keys(of) as Key[]
}
