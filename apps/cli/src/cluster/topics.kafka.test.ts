import assert from 'node:assert/strict'
import { after, describe, it } from 'node:test'
import { clusterTopics } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { startTestBroker } from '@watchword/event-log/kafka/testing'
import { runCli } from '../cli.ts'

const broker = await startTestBroker(19_644)
after(() => broker.clean())
const brokers = broker.brokers.join(',')

type Outcome = Readonly<{ code: number; out: readonly string[]; err: readonly string[] }>

async function watchword(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
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

const one = ['--replication-factor', '1', '--json']
const statusOf = (line: string): unknown => (JSON.parse(line) as { status: string }).status

describe('watchword topics', () => {
  it('plans every topic of the catalogue, its dead letters and the states on an empty cluster, and changes nothing', async () => {
    for (const attempt of [1, 2]) {
      const { code, out } = await watchword(['topics', 'plan', '--brokers', brokers, ...one])
      assert.equal(code, 1, String(attempt))
      assert.deepEqual(
        out.map(statusOf),
        clusterTopics.map(() => 'missing'),
      )
    }
  })

  it('applies the plan, after which there is nothing to do and the log opens', async () => {
    const env = { WATCHWORD_KAFKA_BROKERS: brokers, WATCHWORD_SERVER_PORT: '1' }
    const applied = await watchword(['topics', 'apply', ...one], env)
    assert.equal(applied.code, 0)
    const count = clusterTopics.length
    assert.deepEqual(applied.err, [`${count} of ${count} topics are made, 0 changed, 0 were as declared`])
    const { code, out } = await watchword(['topics', 'plan', ...one], env)
    assert.equal(code, 0)
    assert.deepEqual(
      out.map(statusOf),
      clusterTopics.map(() => 'in-sync'),
    )
    const log = await openKafkaLog(
      { brokers: broker.brokers, clientId: 'topics-test', topics: clusterTopics },
      { now: Date.now },
    )
    await log.close()
  })

  it('reports as refused what it must not change', async () => {
    const { code, out, err } = await watchword(['topics', 'apply', '--brokers', brokers, '--replication-factor', '3'])
    assert.equal(code, 1)
    assert.match(out[0] ?? '', /^REFUSED {2}watchword\.activity\.v1: replication-too-low: /)
    assert.equal(err.length, clusterTopics.length + 1)
    assert.match(err[0] ?? '', /^0 of \d+ topics are made, 0 changed, 0 were as declared$/)
  })

  it('says why a topic cannot be made', async () => {
    const other = await startTestBroker(19_652)
    after(() => other.clean())
    const { code, err } = await watchword(['topics', 'apply', '--brokers', other.brokers.join(',')])
    assert.equal(code, 1)
    assert.match(err.join('\n'), /^the topics cannot be made: .*replication/i)
  })

  it('names a wrong use', async () => {
    for (const args of [[], ['--brokers', 'nowhere'], ['--brokers', 'a:1', '--replication-factor', '0']])
      assert.equal((await watchword(['topics', 'plan', ...args])).code, 2, args.join(' '))
    const greater = ['--brokers', 'a:1', '--replication-factor', '2', '--min-insync-replicas', '3']
    assert.equal((await watchword(['topics', 'plan', ...greater])).code, 2)
    const typo = await watchword(['topics', 'plan', '--brokers', 'a:1'], { WATCHWORD_KAFKA_SASLL: 'x' })
    assert.deepEqual([typo.code, typo.err.length], [1, 1])
    assert.match(typo.err[0] ?? '', /WATCHWORD_KAFKA_SASLL/)
  })

  it('fails with the reason when no broker answers', async () => {
    const { code, err } = await watchword(['topics', 'plan', '--brokers', '127.0.0.1:1'])
    assert.equal(code, 1)
    assert.match(err.join('\n'), /the cluster cannot be administered/)
  })
})
