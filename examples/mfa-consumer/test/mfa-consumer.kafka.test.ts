import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { after, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createHttpRegistry, logTopics, type MfaRecord, openCodecs, topicOf, userKey } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { startTestBroker } from '@watchword/event-log/kafka/testing'

const registryPort = 19_684
const script = fileURLToPath(new URL('../../../tools/registry/registry.sh', import.meta.url))
const call = (command: string) =>
  promisify(execFile)(script, [command], { env: { ...process.env, REGISTRY_PORT: String(registryPort) } })
await call('clean')
await call('start')
after(() => call('clean'))
const broker = await startTestBroker(19_688)
after(() => broker.clean())

const url = `http://127.0.0.1:${registryPort}/apis/ccompat/v7`
const page = readFileSync(new URL('../../../docs/how-to/consume-the-topics.md', import.meta.url), 'utf8')
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  scripts: { start: string }
}

/** What the page shows in its block of that kind. */
function shown(kind: string): string {
  return new RegExp(`^\`\`\`${kind}\\n(.*?)\\n\`\`\`$`, 'ms').exec(page)?.[1] ?? ''
}

const context = { device: null, fingerprint: null, network: null, agent: null }
const policy = { windowMs: 1, onExpiry: 'soft', attemptsAllowed: 5, challengeTtlMs: 1, totpPastSteps: 1 } as const

function demand(user: string, assessment: string): MfaRecord {
  const about = { assessment, activity: 'x', app: 'bank', session: 's-1', device: null, scope: 'session' } as const
  const data = {
    ...about,
    level: 'HIGH',
    context,
    time: 1,
    reasonUser: { en: 'A new place.' },
    factors: ['totp'],
    policy,
  } as const
  return {
    tenant: 'demo',
    user,
    receivedAt: 1,
    commandId: assessment,
    mac: null,
    body: { type: 'mfa-required', data },
  }
}

const command: MfaRecord = {
  ...demand('alice', 'a-0'),
  mac: Buffer.from('mac'),
  body: { type: 'session-end', data: { app: 'bank', session: 's-1', reason: 'r', operator: 'k' } },
}

test('the example hears each demand for proof once, and nothing of the commands beside them', async () => {
  const { codecs } = await openCodecs(createHttpRegistry({ url }))
  const topics = logTopics.filter(({ name }) => name === topicOf('mfa'))
  const options = { brokers: broker.brokers, clientId: 'test', topics, createTopics: { replicationFactor: 1 } }
  const log = await openKafkaLog(options, { now: Date.now })
  const say = (record: MfaRecord, source: string) => ({
    topic: topicOf('mfa'),
    key: userKey(record.tenant, record.user),
    value: codecs.mfa.encode(record),
    headers: { 'ww-source': source },
  })
  // Said again after a crash: same partition, same source. Bob has another partition, and so other sources.
  const [first, second] = [say(demand('alice', 'a-1'), 'profile/3/1/0'), say(demand('alice', 'a-2'), 'profile/3/9/0')]
  await log.append([first])
  await log.append([{ ...say(command, ''), headers: {} }])
  for (const record of [second, first, second]) await log.append([record])
  await log.append([say(demand('bob', 'b-1'), 'profile/5/1/0')])
  await log.append([say(demand('alice', 'last'), 'profile/3/10/0')])
  await log.close()

  // What `npm start` runs, as the page has it.
  assert.match(
    shown('sh consumer'),
    /^KAFKA_BROKERS=\S+ REGISTRY_URL=\S+ npm start -w @watchword\/example-mfa-consumer$/,
  )
  const app = spawn(process.execPath, scripts.start.split(' ').slice(1), {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    env: { ...process.env, KAFKA_BROKERS: broker.brokers.join(), REGISTRY_URL: url },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exited = once(app, 'exit')
  after(() => app.kill('SIGKILL'))
  const heard: { assessment: string; user: string; reason: string }[] = []
  for await (const line of createInterface(app.stdout)) {
    if (!line.includes('"assessment"')) continue
    heard.push(JSON.parse(line))
    if (['last', 'b-1'].every((id) => heard.some(({ assessment }) => assessment === id))) break
  }
  const ofAlice = heard.filter(({ user }) => user === 'alice').map(({ assessment }) => assessment)
  assert.deepEqual(ofAlice, ['a-1', 'a-2', 'last'])
  assert.equal(heard.length, 4)
  assert.equal(heard[0]?.reason, 'A new place.')
  assert.deepEqual(Object.keys(heard[0] ?? {}), Object.keys(JSON.parse(shown('json mfa-consumer')) as object))
  app.kill('SIGTERM')
  assert.deepEqual(await exited, [0, null])
})
