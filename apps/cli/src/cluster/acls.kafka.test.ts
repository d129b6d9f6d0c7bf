import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { auditLead, clusterTopics, rightsOf, serviceNames, stageCatalogue, topicOf } from '@watchword/contracts'
import { inspect } from 'node:util'
import { type EventLog, LogError, type TopicConfig } from '@watchword/event-log'
import { type KafkaConnection, openKafkaLog } from '@watchword/event-log/kafka'
import { startSecuredTestBroker } from '@watchword/event-log/kafka/testing'
import { runCli } from '../cli.ts'

const principals = serviceNames.map((service) => `watchword-${service}`)
const broker = await startSecuredTestBroker(19_648, [...principals, 'stranger'])
after(() => broker.clean())
const brokers = broker.brokers.join(',')

const admin = {
  WATCHWORD_KAFKA_BROKERS: brokers,
  WATCHWORD_KAFKA_TLS_ENABLED: 'true',
  WATCHWORD_KAFKA_TLS_CA: broker.ca,
  WATCHWORD_KAFKA_SASL_MECHANISM: 'scram-sha-512',
  WATCHWORD_KAFKA_SASL_USERNAME: 'admin',
  WATCHWORD_KAFKA_SASL_PASSWORD: 'admin-secret',
}

type Outcome = Readonly<{ code: number; out: readonly string[]; err: readonly string[] }>

async function watchword(args: readonly string[], env: Readonly<Record<string, string>> = admin): Promise<Outcome> {
  const out: string[] = []
  const err: string[] = []
  const terminal = {
    stdin: process.stdin,
    process,
    env,
    out: (l: string) => void out.push(l),
    err: (l: string) => void err.push(l),
  }
  return { code: await runCli(args, terminal), out, err }
}

function connectionOf(user: string): KafkaConnection {
  return {
    brokers: broker.brokers,
    clientId: user,
    ssl: { ca: broker.ca },
    sasl: { mechanism: 'scram-sha-512', username: user, password: `${user}-secret` },
  }
}

const opened = new Map<string, EventLog>()
after(() => Promise.all([...opened.values()].map((log) => log.close())))

/** The log as one user sees it, with tuning that gives up soon: a right that is missing does not come by waiting. */
async function logOf(user: string, topics: readonly TopicConfig[] = clusterTopics): Promise<EventLog> {
  const known = opened.get(user)
  if (known !== undefined) return known
  const tuning = { connectWithinMs: 2000, appendWithinMs: 2000, answerWithinMs: 2000 }
  const log = await openKafkaLog({ ...connectionOf(user), topics, tuning }, { now: Date.now })
  opened.set(user, log)
  return log
}

const write = async (log: EventLog, topic: string): Promise<unknown> =>
  log.append([{ topic, key: 'demo:alice', value: Buffer.from('x'), headers: {}, partition: 0 }])

async function isRefused(attempt: Promise<unknown>, what: string): Promise<void> {
  await assert.rejects(
    attempt,
    (error) => error instanceof LogError && /AUTHORIZATION_FAILED|does not show/.test(inspect(error)),
    what,
  )
}

const made = await watchword(['topics', 'apply', '--replication-factor', '1'])
assert.equal(made.code, 0, made.err.join('\n'))
const set = await watchword(['topics', 'acls', '--apply'])
assert.equal(set.code, 0, set.err.join('\n'))

describe('the rights that watchword topics acls --apply sets', () => {
  it('are set once, and nothing beyond them is found', async () => {
    const { code, err } = await watchword(['topics', 'acls', '--apply', '--json'])
    assert.equal(code, 0)
    assert.match(err.join('\n'), /^0 of \d+ rules were missing and are set$/)
  })

  for (const service of serviceNames)
    it(`let ${service} write and read everything that it has to, and nothing else`, async () => {
      const log = await logOf(`watchword-${service}`)
      const rights = rightsOf(service).filter(({ resource, pattern }) => resource === 'topic' && pattern === 'literal')
      const may = (operation: string, topic: string): boolean =>
        rights.some((right) => right.operation === operation && right.name === topic)
      await Promise.all(
        clusterTopics.map(async ({ name }) => {
          if (may('write', name)) await write(log, name)
          else await isRefused(write(log, name), `${service} writes ${name}`)
        }),
      )
      // Something to read stands in every topic, so that a read has to ask the broker for records.
      const owner = await logOf('admin')
      await Promise.all(clusterTopics.map(async ({ name }) => write(owner, name)))
      await Promise.all(
        clusterTopics.map(async ({ name }) => {
          const read = log.read(name, 0, 0, 1)
          if (may('read', name)) assert.equal((await read).length, 1, `${service} reads ${name}`)
          else await isRefused(read, `${service} reads ${name}`)
        }),
      )
    })

  it('keep the scorer from writing activities and ingest from reading locks', async () => {
    const scorer = await logOf('watchword-scorer')
    await isRefused(write(scorer, topicOf('activity')), 'the scorer writes an activity')
    const ingest = await logOf('watchword-ingest')
    await isRefused(ingest.read(topicOf('lock'), 0, 0, 1), 'ingest reads a lock')
  })

  const lead = { name: 'audit', service: 'auditor', input: auditLead.topic }
  for (const { name, service, input } of [...stageCatalogue, lead])
    it(`let ${service}, and no other, join the group ${name} and save its position there`, async () => {
      const join = async (user: string): Promise<Error | null> => {
        const log = await logOf(user)
        const done = Promise.withResolvers<Error | null>()
        const member = await log.join({
          group: `watchword.${name}`,
          topic: input,
          onAssigned: async () => 0,
          async onRecords(partition) {
            await member.commit(partition, 1)
            done.resolve(null)
          },
          onRevoked: async () => undefined,
          onError: (error) => done.resolve(error),
        })
        const outcome = await done.promise
        await member.stop()
        return outcome
      }
      assert.equal(await join(`watchword-${service}`), null)
      const other = serviceNames.find((each) => each !== service)
      assert.ok((await join(`watchword-${other}`)) instanceof LogError)
    })

  it('let a stranger see and do nothing', async () => {
    await isRefused(logOf('stranger'), 'opens the log')
    const as = { ...admin, WATCHWORD_KAFKA_SASL_USERNAME: 'stranger', WATCHWORD_KAFKA_SASL_PASSWORD: 'stranger-secret' }
    const planned = await watchword(['topics', 'plan', '--replication-factor', '1', '--json'], as)
    assert.equal(planned.out.filter((line) => !line.includes('"missing"')).length, 0)
    const applied = await watchword(['topics', 'apply', '--replication-factor', '1'], as)
    assert.equal(applied.code, 1)
    assert.match(applied.err.join('\n'), /the topics cannot be made/)
    assert.equal((await watchword(['topics', 'acls', '--apply'], as)).code, 1)
  })

  it('are asked for in vain with a wrong password, and without the right authority', async () => {
    const wrong = await watchword(['topics', 'plan'], { ...admin, WATCHWORD_KAFKA_SASL_PASSWORD: 'guess' })
    assert.equal(wrong.code, 1)
    assert.doesNotMatch(wrong.err.join('\n'), /guess/)
    const guessing = {
      ...connectionOf('admin'),
      sasl: { mechanism: 'scram-sha-512', username: 'admin', password: 'guess' },
    } as const
    await assert.rejects(
      openKafkaLog({ ...guessing, topics: clusterTopics }, { now: Date.now }),
      (error) => error instanceof LogError && error.code === 'log-access-refused' && !error.retryable,
    )
    const { WATCHWORD_KAFKA_TLS_CA: _, ...untrusting } = admin
    const untrusted = await watchword(['topics', 'plan'], untrusting)
    assert.equal(untrusted.code, 1)
  })

  it('are named where somebody gave more', async () => {
    const more = await watchword(['topics', 'acls', '--apply', '--principals', 'scorer=User:watchword-ingest'])
    assert.match(more.err[0] ?? '', /^[1-9]\d* of/)
    const { code, err } = await watchword(['topics', 'acls', '--apply'])
    assert.equal(code, 0)
    assert.ok(err.some((line) => line.includes('User:watchword-ingest allow write topic literal watchword.mfa.v1')))
  })
})
