import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { startTestPlatform } from '../testing/start-test-platform.ts'
import type { TestPlatform } from '../testing/test-platform.ts'

type Answer = Readonly<{ status: number; body: Record<string, unknown> }>
type Assessment = Readonly<{ id: string; decision: string; level: string; signals: readonly { code: string }[] }>

let platform: TestPlatform

before(async () => {
  platform = await startTestPlatform()
})
after(async () => platform.stop())

async function call(method: string, path: string, body?: object, headers: object = {}): Promise<Answer> {
  const answer = await fetch(`${platform.url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${platform.key}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  return { status: answer.status, body: text === '' ? {} : (JSON.parse(text) as Record<string, unknown>) }
}

const home = {
  device: 'd-home',
  fingerprint: 'fp-home',
  ip: '203.0.113.7',
  userAgent: 'Mozilla/5.0 (X11) Firefox/140.0',
}
const away = { device: 'd-away', fingerprint: 'fp-away', ip: '198.51.100.9', userAgent: 'curl/8.9' }
const verified = { authentication: { methods: ['pwd', 'otp'] } }

async function login(user: string, context: object): Promise<Assessment> {
  const activity = { type: 'login', outcome: 'succeeded', user, ...context }
  const { status, body } = await call('POST', '/v1/activities', activity, { prefer: 'wait=10' })
  assert.equal(status, 200, JSON.stringify(body))
  const [result] = body['results'] as readonly [{ assessment: Assessment }]
  return result.assessment
}

const say = (assessment: string, verdict: string) => call('POST', '/v1/verdicts', { assessment, verdict })
const codesOf = ({ signals }: Assessment): readonly string[] => signals.map(({ code }) => code)

/** Logs in again until it is judged as the verdict says: the next record of the user on the log. */
async function judgedSo(user: string, context: object, holds: (assessment: Assessment) => boolean): Promise<void> {
  await platform.untilTold(async () => holds(await login(user, context)))
}

describe('a verdict', () => {
  test('of compromised changes the next decision: what was allowed locks, and every session of the user is locked', async () => {
    for (let round = 0; round < 4; round++) await login('carol', { ...home, ...verified, session: `c-${round}` })
    const allowed = await login('carol', { ...home, session: 's-1' })
    assert.equal(allowed.decision, 'allow')
    const { status, body } = await say(allowed.id, 'confirmed-compromised')
    assert.equal(status, 200, JSON.stringify(body))
    assert.partialDeepStrictEqual(body, { user: 'carol', lock: { scope: 'user', by: 'operator' } })
    const isDistrusted = (one: Assessment): boolean =>
      one.decision === 'step-up' && one.level === 'HIGH' && codesOf(one).includes('context.compromised')
    await judgedSo('carol', { ...home, session: 's-2' }, isDistrusted)
    for (const session of ['s-1', 'c-0', 'never-seen'])
      await platform.untilTold(
        async () => (await call('GET', `/v1/users/carol/status?session=${session}`)).body['locked'] === true,
      )
  })

  test('of safe makes known what was new, as a verification would', async () => {
    for (let round = 0; round < 4; round++) await login('dave', { ...home, ...verified, session: `d-${round}` })
    const strange = await login('dave', { ...away, session: 's-1' })
    assert.ok(codesOf(strange).includes('device.unknown'))
    assert.equal((await say(strange.id, 'confirmed-safe')).status, 200)
    await judgedSo('dave', { ...away, session: 's-2' }, (one) => codesOf(one).includes('device.known'))
  })

  test('stands in the timeline, and its likes of made-up or other assessments are not found', async () => {
    const judged = await login('erin', { ...home, session: 's-1' })
    assert.equal((await say(judged.id, 'dismissed')).status, 200)
    assert.equal((await say(judged.id, 'dismissed')).status, 200)
    await platform.untilTold(async () => {
      const { body } = await call('GET', '/v1/users/erin/timeline')
      const items = body['items'] as readonly { type: string; data: unknown }[]
      const verdicts = items.filter(({ type }) => type === 'session.verdict-recorded')
      assert.ok(verdicts.length <= 1, 'the same verdict twice is one')
      return verdicts.length === 1
    })
    const [, partition] = judged.id.split('-')
    for (const id of [`a-${partition}-123456789-0`, 'a-23-123456789-0', 'none'])
      assert.equal((await say(id, 'confirmed-compromised')).status, 404, id)
  })
})

test('a profile that is reset is a stranger again', async () => {
  for (let round = 0; round < 4; round++) await login('frank', { ...home, ...verified, session: `f-${round}` })
  assert.ok(!codesOf(await login('frank', { ...home, session: 's-1' })).includes('device.unknown'))
  const { code, out } = await platform.run(['user', 'reset', 'frank', '--reason', 'poisoned', '--json'])
  assert.deepEqual([code, out], [0, [JSON.stringify({ user: 'frank' })]])
  await judgedSo('frank', { ...home, session: 's-2' }, (one) => codesOf(one).includes('device.unknown'))
})
