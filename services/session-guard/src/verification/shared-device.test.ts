import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeJwt } from 'jose'
import { challengeFor, enrolled, lockOf, respond } from '../testing/enrolled.ts'
import { createGuardWorld } from '../testing/guard-world.ts'

const device = 'family-pc'
const context = { device, fingerprint: null, network: '203.0.113.0/24', agent: null } as const
const people = ['alice', 'bob'] as const

for (const scope of ['device', 'session', 'user'] as const)
  test(`on a device that two people share, who verifies opens their own lock of scope ${scope}, and never the other's`, async (t) => {
    for (const [first, second] of [people, people.toReversed()] as [string, string][]) {
      const world = await createGuardWorld(t)
      const codes = { [first]: await enrolled(world, first), [second]: await enrolled(world, second) }
      // Of the session that the app has on the device: in some apps it is one for both.
      for (const user of people)
        await world.demand(user, {
          scope,
          session: scope === 'session' ? 's-pc' : null,
          device,
          context,
          activity: user,
        })
      const query = `?session=s-pc&device=${device}`
      const locks = { [first]: await lockOf(world, first, query), [second]: await lockOf(world, second, query) }
      const statusOf = async (user: string) => (await world.call('GET', `/v1/users/${user}/status${query}`)).body
      const answer = async (user: string, lock: string) =>
        respond(world, await challengeFor(world, lock), {
          code: codes[user]?.code(),
          context: { device, ip: '203.0.113.9' },
        })

      const crossed = await answer(first, locks[second] ?? '')
      assert.equal(crossed.status, 401, 'a code of one person is no answer to the lock of another')
      const own = await answer(first, locks[first] ?? '')
      assert.equal(own.status, 200, own.text)
      assert.equal(decodeJwt(String(own.body['mfaToken'])).sub, first)

      const [mine, theirs] = [await statusOf(first), await statusOf(second)]
      assert.deepEqual([mine['mfaVerified'], mine['locked']], [true, false])
      assert.ok(mine['verifiedUntil'] !== undefined)
      assert.deepEqual([theirs['mfaVerified'], theirs['locked']], [false, true])
      assert.equal(theirs['verifiedUntil'], undefined)
      const check = async (user: string) => {
        const headers = { 'x-watchword-key': world.key, 'x-watchword-user': user, 'x-watchword-device': device }
        return (
          await world.call('GET', '/v1/check', { key: '', headers: { ...headers, 'x-watchword-session': 's-pc' } })
        ).status
      }
      assert.deepEqual([await check(first), await check(second)], [204, 401])

      // The ticket of one opens nothing of the other, though both sit before one screen.
      const ticket = await world.call('POST', '/v1/tickets', { body: { user: first, purpose: 'challenge' } })
      const asked = await world.call('POST', `/v1/locks/${locks[second]}/challenges`, {
        key: '',
        headers: { authorization: `Ticket ${String(ticket.body['ticket'])}` },
        body: { factor: 'totp' },
      })
      assert.equal(asked.status, 404, asked.text)
    }
  })
