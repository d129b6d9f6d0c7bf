import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createWatchword, WatchwordError } from '../src/index.ts'
import { acceptAll, type SeenRequest, startProtocolServer } from './protocol-server.ts'

const key = 'ww_test_secret'
const quick = { retryMinMs: 1, retryMaxMs: 5 }
const idsOf = (request: SeenRequest): string[] => (JSON.parse(request.body) as { id: string }[]).map(({ id }) => id)
const codeOf = (error: unknown): string => (error instanceof WatchwordError ? error.code : String(error))

test('capture batches what comes together and answers each activity with its own result', async (t) => {
  const server = await startProtocolServer({ answer: acceptAll })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, index) => client.capture({ id: `a-${index}`, type: 'access', user: 'alice' })),
  )
  assert.equal(server.requests.length, 1)
  assert.deepEqual(
    results.map(({ id, status }) => [id, status]),
    Array.from({ length: 50 }, (_, index) => [`a-${index}`, 'accepted']),
  )
  assert.equal(server.requests[0]?.headers.authorization, `Bearer ${key}`)
  await client.close()
})

test('a retry sends the very same bytes, ids included, after 503, a cut connection and 429', async (t) => {
  let attempts = 0
  const server = await startProtocolServer({
    answer: (request) => {
      attempts++
      if (attempts === 1) return { status: 503, headers: { 'retry-after': '0' } }
      if (attempts === 2) return undefined
      if (attempts === 3) return { status: 429 }
      return acceptAll(request)
    },
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: quick })
  const [first, second] = await Promise.all([
    client.capture({ type: 'login', user: 'alice' }),
    client.capture({ type: 'login', user: 'bob' }),
  ])
  assert.equal(new Set(server.requests.map(({ body }) => body)).size, 1)
  assert.equal(server.requests.length, 4)
  assert.deepEqual(idsOf(server.requests[3] as SeenRequest), [first.id, second.id])
  assert.match(first.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  await client.close()
})

test('what has to come later does not hold up what must not wait', async (t) => {
  const refusedTwice = Promise.withResolvers<void>()
  const server = await startProtocolServer({
    // As ingest does with too much to do: a request that holds anything but telemetry is taken as a whole.
    answer: (request) => {
      if (request.body.includes('"login"')) return acceptAll(request)
      if (server.requests.length === 2) refusedTwice.resolve()
      return { status: 503, headers: { 'retry-after': '0' }, body: { code: 'overloaded' } }
    },
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: quick })
  const seen = client.capture({ id: 'a-1', type: 'access', user: 'alice' })
  await refusedTwice.promise
  const [login, access] = await Promise.all([
    client.capture({ id: 'a-2', type: 'login', outcome: 'succeeded', user: 'bob' }),
    seen,
  ])
  assert.deepEqual([access.status, login.status], ['accepted', 'accepted'])
  assert.deepEqual(idsOf(server.requests.at(-1) as SeenRequest), ['a-1', 'a-2'])
  await client.close()
})

test('Retry-After is waited for', async (t) => {
  const server = await startProtocolServer({
    answer: (request) =>
      server.requests.length === 1 ? { status: 429, headers: { 'retry-after': '7' } } : acceptAll(request),
  })
  t.after(server.close)
  const waits: number[] = []
  const client = createWatchword(
    { url: server.url, key, tunings: { ...quick, requestTimeoutMs: 9_999 } },
    {
      setTimeout: (run, ms) => {
        if (ms !== 9_999) waits.push(ms)
        return setTimeout(run, ms === 9_999 ? ms : 0)
      },
      clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
    },
  )
  await client.capture({ type: 'login', user: 'alice' })
  assert.ok(
    waits.some((ms) => ms >= 7_000 && ms < 7_100),
    String(waits),
  )
  await client.close()
})

test('a full queue refuses with queue-full and loses nothing it has taken', async (t) => {
  let open: (() => void) | undefined
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const server = await startProtocolServer({
    answer: async (request) => {
      await gate
      return acceptAll(request)
    },
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: { queueItemsMax: 10 } })
  const captured = Array.from({ length: 15 }, () => client.capture({ type: 'access', user: 'alice' }))
  const settled = Promise.allSettled(captured)
  await assert.rejects(captured[10] as Promise<unknown>, { code: 'queue-full', retryable: true })
  open?.()
  const outcomes = await settled
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 10)
  await client.capture({ type: 'access', user: 'alice' })
  await client.close()
})

test('a refusal of the whole batch reaches every activity with the code of the problem, unretried', async (t) => {
  const server = await startProtocolServer({
    answer: () => ({ status: 403, body: { code: 'insufficient-scope', status: 403, title: 'The key has no scope' } }),
  })
  t.after(server.close)
  const errors: string[] = []
  const client = createWatchword({ url: server.url, key, onError: (error) => errors.push(error.code) })
  const outcomes = await Promise.allSettled([
    client.capture({ type: 'access', user: 'alice' }),
    client.capture({ type: 'access', user: 'bob' }),
  ])
  assert.deepEqual(
    outcomes.map((outcome) => (outcome.status === 'rejected' ? codeOf(outcome.reason) : outcome.status)),
    ['insufficient-scope', 'insufficient-scope'],
  )
  assert.deepEqual(errors, ['insufficient-scope', 'insufficient-scope'])
  assert.equal(server.requests.length, 1)
  await client.close()
})

test('a rejected activity keeps its problem while its neighbours are accepted', async (t) => {
  const server = await startProtocolServer({
    answer: () => ({
      status: 202,
      body: {
        results: [
          { id: 'good', status: 'duplicate' },
          { status: 'rejected', problem: { code: 'invalid', status: 422 } },
        ],
      },
    }),
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  const results = await Promise.all([
    client.capture({ id: 'good', type: 'access', user: 'alice' }),
    client.capture({ id: 'bad', type: 'access', user: '' }),
  ])
  assert.equal(results[0].status, 'duplicate')
  assert.deepEqual(results[1], { id: 'bad', status: 'rejected', problem: { code: 'invalid', status: 422 } })
  await client.close()
})

test('close delivers what it can until the deadline, rejects the rest with closed and takes nothing more', async (t) => {
  const server = await startProtocolServer({ answer: () => ({ status: 503 }) })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: quick })
  const captured = client.capture({ type: 'access', user: 'alice' })
  const outcome = assert.rejects(captured, { code: 'closed' })
  await client.close({ deadlineMs: 30 })
  await outcome
  await assert.rejects(client.capture({ type: 'access', user: 'alice' }), { code: 'closed' })
})

test('batches stay within the items and bytes that ingest takes', async (t) => {
  const server = await startProtocolServer({ answer: acceptAll })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  const attributes = { note: 'x'.repeat(8_000) }
  await Promise.all([
    ...Array.from({ length: 1_500 }, () => client.capture({ type: 'access', user: 'alice' })),
    ...Array.from({ length: 200 }, () => client.capture({ type: 'access', user: 'alice', attributes })),
  ])
  for (const { body } of server.requests) {
    assert.ok(Buffer.byteLength(body) <= 1_048_576)
    assert.ok((JSON.parse(body) as unknown[]).length <= 1_000)
  }
  await assert.rejects(client.capture({ type: 'access', user: 'a', attributes: { note: 'x'.repeat(17_000) } }), {
    code: 'activity-too-large',
  })
  await client.close()
})

test('judge asks to wait, returns the assessment, and null when the platform was not ready', async (t) => {
  const server = await startProtocolServer({
    answer: (request) => {
      const { id } = JSON.parse(request.body) as { id: string }
      if (server.requests.length > 1) return { status: 202, body: { results: [{ id, status: 'accepted' }] } }
      const assessment = { id: 'a-1', activity: id, score: 62, level: 'HIGH', decision: 'step-up' }
      return { status: 200, body: { results: [{ id, status: 'accepted', assessment }] } }
    },
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  const judged = await client.judge({ type: 'login', user: 'alice' }, { waitMs: 1_200 })
  assert.equal(judged?.decision, 'step-up')
  assert.equal(server.requests[0]?.headers['prefer'], 'wait=2')
  assert.equal(await client.judge({ type: 'login', user: 'alice' }), null)
  await client.close()
})

test('flush ends with what was captured before it, though captures go on', async (t) => {
  const server = await startProtocolServer({ answer: acceptAll })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key, tunings: { flushAfterMs: 60_000 } })
  let before = 0
  let goOn = true
  const captureOn = async (): Promise<void> => {
    while (goOn) await client.capture({ type: 'access', user: 'alice' })
  }
  t.after(() => {
    goOn = false
  })
  for (let index = 0; index < 5; index++) void client.capture({ type: 'access', user: 'bob' }).then(() => before++)
  const others = Array.from({ length: 3 }, captureOn)
  await client.flush()
  assert.equal(before, 5)
  goOn = false
  await client.flush()
  await Promise.all(others)
  await client.close()
})

test('a configuration with several faults is refused once, with all of them', () => {
  assert.throws(
    () =>
      createWatchword({
        url: 'ftp://x',
        key: 'ww_a\r\nx-evil: 1',
        failureModes: [{ path: 'x', mode: 'open' }],
        tunings: { flushAfterMs: -1 },
      }),
    (error) => {
      assert.ok(error instanceof WatchwordError)
      assert.equal(error.code, 'invalid-config')
      for (const part of ['url', 'key', 'failureModes[0].path', 'flushAfterMs'])
        assert.ok(error.message.includes(part), part)
      assert.ok(!error.message.includes('evil'))
      return true
    },
  )
})

test('a redirect is not followed, so the key stays with the platform', async (t) => {
  const elsewhere = await startProtocolServer({ answer: acceptAll })
  t.after(elsewhere.close)
  const server = await startProtocolServer({
    answer: () => ({ status: 307, headers: { location: `${elsewhere.url}/v1/activities` } }),
  })
  t.after(server.close)
  const client = createWatchword({ url: server.url, key })
  await assert.rejects(client.capture({ type: 'access', user: 'alice' }), { code: 'http-error', status: 307 })
  assert.equal(elsewhere.requests.length, 0)
  await client.close()
})

test('each activity is given up in its own time, not in that of the oldest beside it', async () => {
  let now = 0
  let isBack = false
  const sent: string[][] = []
  const client = createWatchword(
    { url: 'http://platform.test', key, tunings: { ...quick, retryForMs: 1_000, flushAfterMs: 0 } },
    {
      monotonic: () => now,
      random: () => 1,
      setTimeout: (run) => setImmediate(run),
      clearTimeout: (timer) => clearImmediate(timer as NodeJS.Immediate),
      async fetch(_url, init) {
        const ids = (JSON.parse(init?.body as string) as { id: string }[]).map(({ id }) => id)
        sent.push(ids)
        if (isBack) return Response.json({ results: ids.map((id) => ({ id, status: 'accepted' })) }, { status: 202 })
        now += 400
        isBack = sent.length === 2
        throw new TypeError('fetch failed')
      },
    },
  )
  const old = client.capture({ id: 'old', type: 'access', user: 'alice' })
  now = 700
  const young = client.capture({ id: 'young', type: 'access', user: 'alice' })
  await assert.rejects(old, (error) => codeOf(error) === 'unreachable')
  assert.equal((await young).status, 'accepted')
  assert.deepEqual(sent.at(0), ['old', 'young'])
  assert.deepEqual(sent.at(-1), ['young'])
  await client.close()
})
