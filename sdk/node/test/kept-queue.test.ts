import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test, type TestContext } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createWatchword, type ReleaseReview, type WatchwordError } from '../src/index.ts'
import { readSegmentLines } from '../src/segment-line.ts'
import { acceptAll, type SeenRequest, startProtocolServer } from './protocol-server.ts'

const key = 'ww_test_secret'
const quick = { retryMinMs: 1, retryMaxMs: 5, retryForMs: 0 }
const idsOf = (request: SeenRequest): string[] => (JSON.parse(request.body) as { id: string }[]).map(({ id }) => id)
const newFolder = (t: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-queue-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
const keptIn = (folder: string): string[] =>
  globSync('activities/*.segment', { cwd: folder })
    .toSorted()
    .flatMap((name) => readSegmentLines(readFileSync(join(folder, name))).lines)
    .flatMap((line) => (line.type === 'activity' ? [(JSON.parse(line.json) as { id: string }).id] : []))

/** A platform that is away until it is told otherwise. */
const startPlatform = async (t: TestContext) => {
  const platform = { isBack: false, status: 503 }
  const server = await startProtocolServer({
    answer: (request) => {
      if (!platform.isBack) return { status: platform.status }
      if (request.method === 'POST') return acceptAll(request)
      const user = request.url.split('/')[3] ?? ''
      return { status: 200, body: { user, mfaVerified: true, locked: false, sessionState: 'active' } }
    },
  })
  t.after(server.close)
  const delivered = () => server.requests.slice(-1).flatMap(idsOf)
  return { platform, server, delivered }
}

test('activities of a process that was killed are delivered by the next one, with their ids and in their order', async (t) => {
  const folder = newFolder(t)
  const { platform, server } = await startPlatform(t)
  const script = fileURLToPath(new URL('capture-until-killed.ts', import.meta.url))
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, server.url, folder])
  const ended = once(child, 'exit')
  while (keptIn(folder).length < 200 && child.exitCode === null) await new Promise(setImmediate)
  child.kill('SIGKILL')
  await ended
  const kept = keptIn(folder)
  assert.deepEqual(
    kept,
    kept.map((_, index) => `a-${index + 1}`),
  )
  platform.isBack = true
  const before = server.requests.length
  const client = createWatchword({ url: server.url, key, queueFolder: folder, onError: assert.fail })
  await client.capture({ id: 'of the next one', type: 'access', user: 'alice' })
  await client.close()
  assert.deepEqual(server.requests.slice(before).flatMap(idsOf), [...kept, 'of the next one'])
  assert.deepEqual(globSync('*/*', { cwd: folder }), [])
})

test('an outage of any length is waited for, and what is open at the end stays for the next start', async (t) => {
  const folder = newFolder(t)
  const { platform, server, delivered } = await startPlatform(t)
  const client = createWatchword({ url: server.url, key, queueFolder: folder, tunings: quick })
  const captured = client.capture({ id: 'a-1', type: 'login', user: 'alice' })
  const outcome = assert.rejects(captured, { code: 'closed' })
  while (server.requests.length < 4) await new Promise(setImmediate)
  await client.close({ deadlineMs: 0 })
  await outcome
  platform.isBack = true
  const next = createWatchword({ url: server.url, key, queueFolder: folder, tunings: quick })
  await next.flush()
  assert.deepEqual(delivered(), ['a-1'])
  await next.close()
  const third = createWatchword({ url: server.url, key, queueFolder: folder, tunings: quick })
  const { length } = server.requests
  await third.close()
  assert.equal(server.requests.length, length, 'what was delivered is not delivered again')
})

for (const status of [401, 403, 404, 307, 500])
  test(`an answer ${status} loses nothing: it is told, and the activities wait`, async (t) => {
    const folder = newFolder(t)
    const { platform, server } = await startPlatform(t)
    platform.status = status
    const errors: WatchwordError[] = []
    const onError = (error: WatchwordError): void => {
      errors.push(error)
      platform.isBack = true
    }
    const client = createWatchword({ url: server.url, key, queueFolder: folder, tunings: quick, onError })
    assert.equal((await client.capture({ type: 'login', user: 'alice' })).status, 'accepted')
    assert.deepEqual(
      errors.map((error) => error.status),
      [status],
    )
    await client.close()
  })

test('what is refused for its content is rejected, and does not hold up what comes after it', async (t) => {
  const folder = newFolder(t)
  const { platform, server } = await startPlatform(t)
  platform.status = 422
  const client = createWatchword({ url: server.url, key, queueFolder: folder, tunings: quick })
  await assert.rejects(client.capture({ type: 'login', user: 'alice' }), { status: 422 })
  platform.isBack = true
  assert.equal((await client.capture({ type: 'login', user: 'bob' })).status, 'accepted')
  await client.close()
  assert.deepEqual(globSync('*/*', { cwd: folder }), [])
})

test('a disk that takes nothing is told of, and what is captured is delivered all the same', async (t) => {
  const folder = newFolder(t)
  const { platform, server } = await startPlatform(t)
  platform.isBack = true
  const codes: string[] = []
  const onError = ({ code }: WatchwordError): void => void codes.push(code)
  const client = createWatchword({ url: server.url, key, queueFolder: folder, onError })
  rmSync(folder, { recursive: true })
  assert.equal((await client.capture({ type: 'login', user: 'alice' })).status, 'accepted')
  await client.close()
  assert.equal(codes[0], 'queue-unwritable')
  writeFileSync(folder, 'no folder')
  assert.throws(() => createWatchword({ url: server.url, key, queueFolder: folder }), { code: 'queue-unwritable' })
})

test('who was let through before a crash is looked at and reported after it', async (t) => {
  const folder = newFolder(t)
  const crashed = newFolder(t)
  const { platform, server } = await startPlatform(t)
  const config = { url: server.url, key, tunings: quick, onError: () => undefined }
  const client = createWatchword({ ...config, queueFolder: folder, failureModes: [{ path: '/**', mode: 'open' }] })
  const { outcome } = await client.createGuard({ via: 'http' }).admit({ user: 'alice', session: 's-1' }, '/news')
  assert.equal(outcome, 'released')
  const isKept = (where: string): boolean =>
    globSync('releases/*.segment', { cwd: where }).some((name) =>
      /alice.*\n/.test(readFileSync(join(where, name), 'utf8')),
    )
  while (!isKept(folder)) await new Promise(setImmediate)
  // As a crash leaves it: nothing was closed, and nobody has the locks any more.
  cpSync(folder, crashed, { recursive: true, filter: (file) => !file.endsWith('lock') })
  await client.close({ deadlineMs: 0 })
  platform.isBack = true
  const reviews: ReleaseReview[] = []
  const next = createWatchword({
    ...config,
    queueFolder: crashed,
    onReleaseReviewed: (review) => reviews.push(review),
  })
  t.after(() => next.close())
  while (reviews.length === 0) await next.createGuard({ via: 'http' }).admit({ user: 'bob' }, '/')
  assert.deepEqual(
    reviews.map(({ release, count, standing }) => [release.user, release.path, count, standing]),
    [['alice', '/news', 1, 'verified']],
  )
  while (isKept(crashed)) await new Promise(setImmediate)
})

test('who was let through before a restart is reported after it', async (t) => {
  const folder = newFolder(t)
  const { platform, server } = await startPlatform(t)
  const config = { url: server.url, key, queueFolder: folder, tunings: quick, onError: () => undefined }
  const client = createWatchword({ ...config, failureModes: [{ path: '/**', mode: 'open' }] })
  const { outcome } = await client.createGuard({ via: 'http' }).admit({ user: 'alice', session: 's-1' }, '/news')
  assert.equal(outcome, 'released')
  await client.close({ deadlineMs: 0 })
  platform.isBack = true
  const next = createWatchword(config)
  await next.flush()
  const [report] = JSON.parse(server.requests.at(-1)?.body ?? '[]') as Record<string, unknown>[]
  assert.deepEqual(report?.['signal'], { code: 'guard.released', subject: 'session', severity: 'low' })
  await next.close()
})

test('what is refused because nobody can be asked is kept with its time, and told once for each subject', async (t) => {
  const folder = newFolder(t)
  const { platform, server } = await startPlatform(t)
  const config = { url: server.url, key, queueFolder: folder, tunings: quick, onError: () => undefined }
  const client = createWatchword(config)
  const guard = client.createGuard({ via: 'http' })
  const before = Date.now()
  for (const path of ['/transfers/1', '/transfers/2', '/transfers/2?again']) {
    const { outcome } = await guard.admit({ user: 'alice', session: 's-1' }, path)
    assert.equal(outcome, 'refused')
  }
  const after = Date.now()
  await client.close({ deadlineMs: 0 })
  platform.isBack = true
  const next = createWatchword(config)
  await next.flush()
  const [report] = JSON.parse(server.requests.at(-1)?.body ?? '[]') as Record<string, unknown>[]
  assert.deepEqual(report?.['signal'], { code: 'guard.refused', subject: 'session', severity: 'low' })
  assert.partialDeepStrictEqual(report?.['attributes'], { refusals: 3 })
  const time = Date.parse(String(report?.['time']))
  assert.ok(time >= before && time <= after)
  await next.close()
})
