import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { ProblemError } from '@watchword/service-kit'
import fc from 'fast-check'
import { createJudgementBacklog } from './judgement-backlog.ts'
import { calm, nextShed, shedShare, type ShedState } from './shed-share.ts'
import { createSeenContexts } from './seen-contexts.ts'
import { createShedding } from './shedding.ts'
import { type TrafficClass, trafficClassOf } from './traffic-class.ts'

const limits = { judgementAgeMaxMs: 2_000, requestAgeMaxMs: 1_000, activitiesInFlightMax: 10_000 }
const stepMs = 20
const settledSteps = 20_000 / stepMs

/** What is refused after a wait of so many parts of what it may be has lasted for so long. */
function after(load: number, seconds: number, from: ShedState = calm): ShedState {
  let state = from
  for (let second = 0; second < seconds; second += stepMs / 1_000) state = nextShed(state, load, stepMs / 1_000)
  return state
}

describe('the share of telemetry that is refused', () => {
  it('is none up to a quarter of a limit, and all from the limit on', () => {
    assert.equal(shedShare(after(0.24, 60)), 0)
    assert.equal(shedShare(nextShed(calm, 1, 0)), 1)
    assert.equal(shedShare(nextShed(calm, Number.POSITIVE_INFINITY, 0)), 1)
  })

  it('goes on rising while the wait is above half the limit, and falls to nothing once there is no wait', () => {
    const few = { load: 0.6, share: 0.1 }
    const [soon, later] = [after(0.6, 1, few), after(0.6, 4, few)]
    assert.ok(shedShare(soon) < shedShare(later))
    assert.equal(shedShare(after(0, 4, later)), 0)
  })

  it('is a share, whatever the waits and the steps are', () => {
    const step = fc.tuple(fc.double({ min: 0, noNaN: true }), fc.double({ min: 0, max: 1e6, noNaN: true }))
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const state = steps.reduce<ShedState>((last, [load, seconds]) => nextShed(last, load, seconds), calm)
        const share = shedShare(state)
        assert.ok(share >= 0 && share <= 1, `${share}`)
      }),
    )
  })

  it('lets in what can be done, keeps the wait within its limit and does not swing, however much comes', () => {
    const property = fc.property(
      fc.integer({ min: 11, max: 100 }),
      fc.integer({ min: 2_000, max: 50_000 }),
      (tenths, perSecond) => {
        const { shares, waitsMs, busyShare } = overloaded({ times: tenths / 10, perSecond, seconds: 60 })
        const [least, most] = rangeOf(shares.slice(-settledSteps))
        const [, longestMs] = rangeOf(waitsMs)
        const [, longestSettledMs] = rangeOf(waitsMs.slice(-settledSteps))
        assert.ok(busyShare >= 0.99, `busy ${busyShare}`)
        assert.ok(longestMs < 2 * limits.judgementAgeMaxMs, `${longestMs} ms`)
        assert.ok(longestSettledMs < limits.judgementAgeMaxMs, `${longestSettledMs} ms`)
        assert.ok(most - least < 0.3, `${least} to ${most}`)
      },
    )
    fc.assert(property, { numRuns: 40 })
  })

  /** A judge that does so many a second, and a multiple of that on its way to it: from the second second on, after half of it in the first. */
  function overloaded({ times, perSecond, seconds }: Readonly<{ times: number; perSecond: number; seconds: number }>) {
    let now = 0
    const backlog = createJudgementBacklog(() => now, 10_000)
    let state = calm
    let [appended, judged, offered, idle] = [0, 0, 0, 0]
    const [shares, waitsMs]: [number[], number[]] = [[], []]
    backlog.appended([{ partition: 0, offset: 0 }])
    backlog.judged({ partition: 0, offset: 0 })
    for (; now < seconds * 1_000; now += stepMs) {
      state = nextShed(state, backlog.waitMs(0) / limits.judgementAgeMaxMs, stepMs / 1_000)
      const rate = now < 1_000 ? 0.5 : times
      offered += (perSecond * rate * stepMs) / 1_000
      appended += (perSecond * rate * stepMs * (1 - shedShare(state))) / 1_000
      const able = judged + (perSecond * stepMs) / 1_000
      if (now >= 1_000 && able > appended) idle += able - appended
      judged = Math.min(appended, able)
      backlog.appended([{ partition: 0, offset: Math.floor(appended) }])
      backlog.judged({ partition: 0, offset: Math.floor(judged) })
      shares.push(shedShare(state))
      waitsMs.push(((appended - judged) / perSecond) * 1_000)
    }
    assert.ok(offered > appended)
    return { shares, waitsMs, busyShare: 1 - idle / (perSecond * (seconds - 1)) }
  }
})

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)]
}

describe('what is let in', () => {
  /** Asks for room again and again while so long has to be waited; answers how many of so many requests were let in. */
  function admitted(waitMs: number, trafficClass: TrafficClass, requests = 100) {
    const shed: TrafficClass[] = []
    const backlog = { waitMs: () => waitMs }
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
    return { count, share: shedding.share() }
  }

  it('is of telemetry the share that is not refused, evenly', () => {
    for (const waitMs of [0, 700, 850, 2_000]) {
      const { count, share } = admitted(waitMs, 'telemetry', 1_000)
      assert.ok(Math.abs(count / 1_000 - (1 - share)) < 0.01, `${count} at a share of ${share}`)
    }
  })

  it('is all that is sensitive, however far behind the platform is', () => {
    assert.equal(admitted(60_000, 'sensitive').count, 100)
  })

  it('is nothing above what may wait for the log, and again once there is room', () => {
    const backlog = { waitMs: () => 0 }
    const shedding = createShedding(limits, { elapsed: () => 0, backlog, onShed: () => undefined })
    const leave = shedding.admit(10_000, () => 'sensitive')
    assert.throws(() => shedding.admit(1, () => 'sensitive'), { code: 'overloaded' })
    leave()
    shedding.admit(10_000, () => 'sensitive')
  })

  it('counts from the oldest request that is still inside', () => {
    let now = 0
    const backlog = { waitMs: () => 0 }
    const shedding = createShedding(limits, { elapsed: () => now, backlog, onShed: () => undefined })
    const first = shedding.admit(400, () => 'telemetry')
    now = 900
    shedding.admit(600, () => 'telemetry')
    now = 1_000
    assert.equal(shedding.share(), 1)
    first()
    now = 1_020
    assert.ok(shedding.share() < 1)
    now = 2_000
    assert.equal(shedding.share(), 1)
  })

  it('is asked for its class only where it may be refused: to tell it, all of it is read', () => {
    const shedding = createShedding(limits, { elapsed: () => 0, backlog: { waitMs: () => 0 }, onShed: () => undefined })
    shedding.admit(10, () => assert.fail('its class was asked for'))
  })
})

describe('how long an activity that comes now waits', () => {
  /** Of partition 0, and with a moment between one look and the next. */
  function followed() {
    const clock = { now: 10_000 }
    const backlog = createJudgementBacklog(() => clock.now, 10_000)
    const at = (offset: number) => ({ partition: 0, offset })
    return {
      clock,
      backlog,
      appended: (offset: number) => backlog.appended([at(offset)]),
      judged: (offset: number) => backlog.judged(at(offset)),
      /** So much is judged every 10 ms while it is looked at. */
      pass: (ms: number, judgedUpTo: (passed: number) => number) => {
        for (let passed = 10; passed <= ms; passed += 10) {
          clock.now += 10
          backlog.judged(at(judgedUpTo(passed)))
          backlog.waitMs(0)
        }
      },
    }
  }

  it('is how many are not judged, by how many are judged a second', () => {
    const { backlog, appended, judged, pass } = followed()
    judged(0)
    appended(0)
    judged(0)
    appended(10_000)
    assert.equal(backlog.waitMs(0), 0, 'nobody knows yet how fast they are judged')
    pass(500, (passed) => passed * 4)
    assert.equal(backlog.waitMs(0), 2_000)
    assert.equal(backlog.waitMs(4_000), 3_000, 'with what is not appended yet')
    judged(9_999)
    assert.equal(backlog.waitMs(0), 0)
  })

  it('is not told by how few were judged while few came', () => {
    const { backlog, appended, judged, pass } = followed()
    appended(0)
    judged(0)
    for (let offset = 1; offset < 100; offset += 1) {
      appended(offset)
      pass(100, () => offset)
    }
    appended(5_000)
    assert.equal(backlog.waitMs(0), 0)
    pass(260, (passed) => 100 + passed * 4)
    assert.ok(Math.abs(backlog.waitMs(0) - 965) < 50, `${backlog.waitMs(0)}`)
  })

  it('counts no partition of which nothing is judged: an outage is no overload', () => {
    const { clock, backlog, appended, judged, pass } = followed()
    appended(0)
    judged(0)
    appended(10_000)
    pass(500, (passed) => passed)
    assert.ok(backlog.waitMs(0) > 2_000)
    backlog.appended([{ partition: 1, offset: 500_000 }])
    backlog.appended([{ partition: 1, offset: 900_000 }])
    const waits = backlog.waitMs(0)
    assert.ok(waits < 20_000, `${waits}: of partition 1 nothing was ever judged`)
    clock.now += 10_001
    assert.equal(backlog.waitMs(0), 0)
  })

  it('rises at once with what comes, before any of it has waited', () => {
    const { backlog, appended, judged, pass } = followed()
    appended(0)
    judged(0)
    appended(10_000)
    pass(500, (passed) => passed * 10)
    const before = backlog.waitMs(0)
    appended(50_000)
    assert.equal(Math.round(backlog.waitMs(0) - before), 4_000)
  })
})

describe('telemetry', () => {
  const classOf = (values: readonly unknown[], isAwaited = false) =>
    trafficClassOf(
      {
        tenant: 'demo',
        items: values.map((value) => () => ({
          ok: true,
          value,
          bytes: () => 0,
          originOf: (pointer: string) => pointer,
        })),
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
  const contexts = createSeenContexts()
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

  const noted = (...activities: readonly object[]) => {
    const of = createSeenContexts({ sessions: 2, characters: 1_000 })
    for (const activity of activities) of.note('demo', { ...activity })
    return (activity: object) => of.has('demo', { ...activity })
  }
  const sessions = ['s-1', 's-2', 's-3'].map((session) => ({ ...seen, session }))

  it('is an access in the last context of its session: who comes back to another may be the thief', () => {
    const has = noted(seen, { ...seen, ip: '203.0.113.9' })
    assert.deepEqual([has(seen), has({ ...seen, ip: '203.0.113.9' })], [false, true])
  })

  it('is of the sessions that were used last, as many as are remembered', () => {
    const [first = {}, second = {}, third = {}] = sessions
    assert.deepEqual(sessions.map(noted(first, second, first, third)), [true, false, true])
    const long = { ...third, userAgent: 'x'.repeat(950) }
    assert.deepEqual([first, long].map(noted(first, long)), [false, true])
    assert.deepEqual([first, long].map(noted(first, { ...long, userAgent: 'x'.repeat(2_000) })), [true, false])
  })

  it('is nothing whose members are not what they should be', () => {
    for (const odd of [{ toString: 1 }, ['s-1'], null, 1]) assert.equal(noted(seen)({ ...seen, session: odd }), false)
  })
})
