import { topicOf, userKey } from '@watchword/contracts'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { runAsChild } from '../drive/child.ts'
import { type Echoed, serveEcho } from '../push/serve-echo.ts'
import { bareTopicOf, bareTopics } from '../drive/bare-topics.ts'

/** Puts every activity on a topic, and echoes what would lock a session when it is read from there: one way through the broker. Its argument is a broker. */
await runAsChild(async (onEnd) => {
  const [broker = ''] = process.argv.slice(2)
  const topic = bareTopicOf(topicOf('activity'))
  const log = await openKafkaLog(
    { brokers: [broker], clientId: 'bare-push', topics: bareTopics, createTopics: { replicationFactor: 1 } },
    { now: () => Date.now() },
  )
  onEnd(() => log.close())
  let push: (activity: Echoed) => void = () => undefined
  const tail = await log.tail({
    topics: [topic],
    from: 'end',
    onRecords(records) {
      for (const { value } of records) {
        const activity = JSON.parse(Buffer.from(value ?? []).toString()) as Echoed
        if (activity.locks) push(activity)
      }
    },
    onError(error) {
      throw error
    },
  })
  await tail.caughtUp
  const url = await serveEcho(async (activity, pushTo) => {
    push = pushTo
    await log.append([{ topic, key: userKey('demo', activity.user), value: Buffer.from(JSON.stringify(activity)) }])
  })
  return { url }
})
