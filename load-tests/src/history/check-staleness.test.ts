import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import { checkStaleness, stalenessMaxMs } from './check-staleness.ts'
import type { Channel, RequestOperation, UnlockOperation } from './history.ts'

function request(channel: Channel, invokedAt: number, over: Partial<RequestOperation> = {}): RequestOperation {
  return { channel, user: 'alice', session: 's-1', invokedAt, returnedAt: invokedAt + 1, admitted: true, ...over }
}

const sighting = request('http', 10_000, { admitted: false, sawLock: true })

function check(requests: readonly RequestOperation[], unlocks: readonly Omit<UnlockOperation, 'user'>[] = []): number {
  const ofAlice = unlocks.map((unlock) => ({ ...unlock, user: 'alice' }))
  return checkStaleness({ requests, locks: [], unlocks: ofAlice }).violations.length
}

const channels = Object.keys(stalenessMaxMs) as Channel[]

describe('the checker of staleness', () => {
  it('finds who is admitted later than the bound of the channel after a lock was seen, and nobody before', () => {
    for (const channel of channels) {
      const bound = sighting.returnedAt + stalenessMaxMs[channel]
      assert.equal(check([sighting, request(channel, bound)]), 0, channel)
      assert.equal(check([sighting, request(channel, bound + 1)]), 1, channel)
      assert.equal(check([sighting, request(channel, bound + 1, { admitted: false })]), 0, channel)
      assert.equal(check([sighting, request(channel, bound + 1, { session: 's-2' })]), 0, channel)
    }
  })

  it('promises nothing from an unlock on, and nothing of a lock that may have been opened when it was told of', () => {
    const late = request('replica', 12_000)
    assert.equal(check([sighting, late], [{ invokedAt: 11_000, returnedAt: 11_500 }]), 0)
    assert.equal(check([sighting, late], [{ invokedAt: 12_500, returnedAt: 12_600 }]), 1)
    assert.equal(check([sighting, late], [{ invokedAt: 9_000, returnedAt: 9_800 }]), 0, 'a view may be 250 ms old')
    assert.equal(check([sighting, late], [{ invokedAt: 9_000, returnedAt: 9_700 }]), 1)
    assert.equal(check([sighting, late], [{ invokedAt: 1_000, returnedAt: Number.POSITIVE_INFINITY }]), 0)
  })

  it('goes by the last that was seen, however many there were', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(20_000), { maxLength: 40 }), fc.nat(25_000), (times, asked) => {
        const sightings = times.map((at) => request('http', at, { admitted: false, sawLock: true }))
        const isLate = times.some((at) => asked > at + 1 + stalenessMaxMs.replica)
        assert.equal(check([...sightings, request('replica', asked)]), isLate ? 1 : 0)
      }),
    )
  })
})
