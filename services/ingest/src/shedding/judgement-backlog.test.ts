import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createJudgementBacklog } from './judgement-backlog.ts'

describe('how long an activity that comes now waits', () => {
  /** Of partition 0, and with a moment between one look and the next. */
  function followed() {
    const clock = { now: 10_000 }
    const backlog = createJudgementBacklog(() => clock.now, 2_000)
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
    judged(10_000)
    assert.equal(backlog.waitMs(0), 0)
  })

  it('is told by who judges what came before: this process may have begun behind a long queue', () => {
    const { backlog, appended, pass } = followed()
    appended(30_000)
    pass(500, (passed) => 10_000 + passed * 4)
    assert.equal(Math.round(backlog.waitMs(0)), 4_500)
  })

  it('does not forget how fast they are judged while nothing is', () => {
    const { backlog, appended, judged, pass } = followed()
    appended(0)
    judged(0)
    appended(10_000)
    pass(500, (passed) => passed * 4)
    pass(5_000, () => 2_000)
    assert.ok(Math.abs(backlog.waitMs(0) - 2_000) < 100, `${backlog.waitMs(0)}`)
  })

  it('learns that they are judged faster from all of them being done, not from a moment', () => {
    const { backlog, appended, judged, pass } = followed()
    appended(0)
    judged(0)
    appended(2_100)
    pass(500, (passed) => passed)
    assert.ok(Math.abs(backlog.waitMs(0) - 1_600) < 100, `${backlog.waitMs(0)}`)
    pass(240, (passed) => 500 + passed * 5)
    appended(11_700)
    const waits = backlog.waitMs(0)
    assert.ok(waits < 3_000, `${waits}`)
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
    assert.ok(backlog.waitMs(0) < 20_000, 'of partition 1 nothing was ever judged')
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
