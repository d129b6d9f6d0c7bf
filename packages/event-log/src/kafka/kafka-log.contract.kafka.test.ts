import { after } from 'node:test'
import { eventLogContract } from '../contract/index.ts'
import { openKafkaLog } from './index.ts'
import { startTestBroker } from './testing/test-broker.ts'

const given = process.env['KAFKA_BROKERS']
const broker = given === undefined ? await startTestBroker(19_192) : null
const brokers = broker?.brokers ?? given?.split(',') ?? []

after(() => broker?.clean())

eventLogContract(
  'the kafka log',
  async (topics) => {
    const open = () =>
      openKafkaLog(
        {
          brokers,
          topics,
          clientId: 'contract',
          createTopics: { replicationFactor: 1 },
          tuning: { heartbeatMs: 100, fetchWaitMs: 50 },
        },
        { now: Date.now },
      )
    let log = await open()
    return {
      get log() {
        return log
      },
      async reopen() {
        await log.close()
        log = await open()
        return log
      },
      advance: () => undefined,
      maintain: async () => undefined,
      dispose: () => log.close(),
    }
  },
  { prefix: `contract-${process.pid}-${Date.now()}`, maintains: false, histories: 8 },
)
