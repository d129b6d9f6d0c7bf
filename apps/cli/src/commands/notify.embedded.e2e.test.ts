import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type TestContext, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { type Receiver, startReceiver } from '@watchword/notifier/testing'
import { runCommand } from '../testing/command-line.ts'
import { startUp } from '../testing/start-up.ts'

const command = fileURLToPath(new URL('../../bin/watchword.js', import.meta.url))
const secret = `whsec_${Buffer.from('e'.repeat(32)).toString('base64')}`

type Up = Readonly<{ url: string; key: string; process: ChildProcess }>

function folderOf(t: TestContext, receiver: Receiver): string {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-notify-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const webhooks = [{ id: 'chat', tenant: 'demo', url: receiver.url, secrets: [secret] }]
  const config = { log: { level: 'warn' }, notifier: { webhooks, allowedNetworks: ['127.0.0.0/8'] } }
  writeFileSync(join(folder, 'watchword.yaml'), JSON.stringify(config))
  return folder
}

async function startIn(folder: string, t: TestContext): Promise<Up> {
  const args = ['up', '--json', '--port', '0', '--data', folder, '--config', join(folder, 'watchword.yaml')]
  const process = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  t.after(() => process.kill('SIGKILL'))
  const up = Promise.withResolvers<string>()
  // Beside it there may be lines of the log.
  createInterface(process.stdout).on('line', (line) => {
    const { url, clickhouse } = JSON.parse(line) as { url?: string; clickhouse?: string }
    if (url !== undefined && clickhouse !== undefined) up.resolve(url)
  })
  void once(process, 'exit').then(() => up.reject(new Error('the platform ended before it was up')))
  const url = await up.promise
  return { url, key: readFileSync(join(folder, 'dev-key'), 'utf8').trim(), process }
}

/** Locks the users and answers those of whom the platform has said that they are. */
async function lock({ url, key }: Up, users: readonly string[]): Promise<readonly string[]> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' }
  const asked = { method: 'POST', headers, body: '{"reason":"test"}' }
  const locked = await Promise.allSettled(
    users.map(async (user) => {
      const answer = await fetch(`${url}/v1/users/${user}/lock`, asked)
      assert.equal(answer.status, 200)
      return user
    }),
  )
  return locked.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
}

const usersOf = (round: number): readonly string[] => Array.from({ length: 40 }, (_, index) => `user-${round}-${index}`)

const told = ({ received }: Receiver): ReadonlySet<string> =>
  new Set(received.map(({ body }) => (JSON.parse(body) as { data: { user: string } }).data.user))

async function untilTold(receiver: Receiver, users: readonly string[]): Promise<void> {
  const all = new Set(users)
  while (!all.isSubsetOf(told(receiver))) await receiver.hasReceived(receiver.received.length + 1)
}

test('a platform that is killed under load loses no webhook, and repeats one only under the same id', async (t) => {
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const folder = folderOf(t, receiver)
  const first = await startIn(folder, t)
  const { code, out } = await runCommand(['notify', 'test', '--url', first.url, '--key', first.key])
  assert.equal(code, 0, out.join('\n'))
  assert.equal(out[0], 'chat  delivered  http-204')

  const locking = lock(first, usersOf(0))
  await receiver.hasReceived(15)
  first.process.kill('SIGKILL')
  await once(first.process, 'exit')
  const locked = await locking
  const second = await startIn(folder, t)
  const later = await lock(second, usersOf(1))
  assert.equal(later.length, 40)
  await untilTold(receiver, [...locked, ...later])
  const ids = new Map<unknown, Set<string>>()
  for (const { headers, body } of receiver.received)
    ids.set(headers['webhook-id'], (ids.get(headers['webhook-id']) ?? new Set()).add(body))
  for (const bodies of ids.values()) assert.equal(bodies.size, 1)
  // One notification for each user, and the test.
  assert.equal(ids.size, told(receiver).size)
  t.diagnostic(`${receiver.received.length - ids.size} of ${receiver.received.length} webhooks came twice`)
})

test('watchword notify test ends with 1 where nobody is to be told', async (t) => {
  const platform = await startUp()
  t.after(() => platform.stop())
  const { code, out } = await platform.run(['notify', 'test'])
  assert.equal(code, 1)
  assert.match(out[0] ?? '', /^0 of 0 endpoints/)
  const json = await platform.run(['notify', 'test', '--json'])
  assert.deepEqual((JSON.parse(json.out[0] ?? '') as { deliveries: unknown }).deliveries, [])
})
