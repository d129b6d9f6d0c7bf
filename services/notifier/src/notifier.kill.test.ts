import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test, type TestContext } from 'node:test'
import { startReceiver } from './testing/receiver.ts'

const program = new URL('./testing/notify-until-killed.ts', import.meta.url).pathname

function start(t: TestContext, args: readonly string[], onUser: (user: string) => void): ChildProcess {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  createInterface(child.stdout).on('line', onUser)
  t.after(() => child.kill('SIGKILL'))
  return child
}

test('a notifier that is killed again and again under load loses no webhook, and repeats one only under the same id', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-notifier-kill-'))
  t.after(() => rmSync(folder, { recursive: true, force: true }))
  const receiver = await startReceiver()
  t.after(() => receiver.close())
  const durable = new Set<string>()
  const told = (): ReadonlySet<string> =>
    new Set(receiver.received.map(({ body }) => (JSON.parse(body) as { data: { user: string } }).data.user))

  for (const round of ['0', '1']) {
    const child = start(t, [folder, receiver.url, round, '100000'], (user) => durable.add(user))
    // In the middle of deliveries, and of judging.
    await receiver.hasReceived(receiver.received.length + 25)
    child.kill('SIGKILL')
    await once(child, 'close')
  }
  start(t, [folder, receiver.url, 'last', '0'], () => undefined)
  while (!durable.isSubsetOf(told())) await receiver.hasReceived(receiver.received.length + 1)

  const bodies = new Map<unknown, Set<string>>()
  for (const { headers, body } of receiver.received)
    bodies.set(headers['webhook-id'], (bodies.get(headers['webhook-id']) ?? new Set()).add(body))
  for (const same of bodies.values()) assert.equal(same.size, 1)
  assert.equal(bodies.size, told().size)
  t.diagnostic(`${durable.size} durable, ${receiver.received.length - bodies.size} webhooks came twice`)
})
