import { randomBytes, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createAccess } from '@watchword/access'
import { createCodecs, createEmbeddedRegistry, decisionHeader, logTopics, topicOf, userKey } from '@watchword/contracts'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import { createLogger, createMetrics } from '@watchword/service-kit'
import { noMetrics, openStateStore, systemClock } from '@watchword/stream'
import { createNotifier } from '../service.ts'
import { webhookTo } from './notifier-world.ts'
import { sampleAssessment } from './sample-records.ts'

// A notifier over a log in a folder. It judges some users at a time and says of each judgement that it is durable, until it is killed.
const [folder = '', url = '', round = '', users = '0'] = process.argv.slice(2)

function fail(error: Error): never {
  throw error
}

const topics = logTopics.map((topic) => ({ ...topic, partitions: Math.min(topic.partitions, 2) }))
const log = await openSqliteLog({ file: join(folder, 'log.db'), topics }, { now: () => Date.now(), onFault: fail })
const codecs = await createCodecs(createEmbeddedRegistry(join(folder, 'registry.json')))
await createNotifier(
  { webhooks: [webhookTo(url)], mail: [], siem: [], allowedNetworks: ['127.0.0.0/8'] },
  {
    log,
    codecs,
    access: await createAccess({ log, codecs, clock: systemClock, randomBytes, onFatal: fail }),
    clock: systemClock,
    newId: randomUUID,
    random: () => 0,
    async openState(stage, stateVersion) {
      const { store } = await openStateStore({ file: join(folder, `${stage}.db`), stage, stateVersion })
      return store
    },
    stageMetrics: () => noMetrics,
    logger: createLogger({ service: 'notifier', version: '0', level: 'silent' }),
    metrics: createMetrics({ service: 'notifier', version: '0', processMetrics: false }),
    onFatal: fail,
  },
)

const atOnce = 20

async function judge(index: number): Promise<void> {
  const user = `user-${round}-${index}`
  const value = codecs.assessment.encode({ ...sampleAssessment, user, receivedAt: Date.now() })
  const headers = { [decisionHeader]: sampleAssessment.decision }
  await log.append([{ topic: topicOf('assessment'), key: userKey('demo', user), value, headers }])
  process.stdout.write(`${user}\n`)
}

for (let index = 0; index < Number(users); index += atOnce)
  await Promise.all(Array.from({ length: atOnce }, (_, step) => judge(index + step)))
