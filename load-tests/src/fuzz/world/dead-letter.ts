import { join } from 'node:path'
import { logTopics, topicOf, userKey } from '@watchword/contracts'
import { openSqliteLog } from '@watchword/event-log/sqlite'
import { type ApiClient, told } from '../../campaign/api-client.ts'

/** Puts a record that nobody can read into the log of a data folder before its platform starts: there is a dead letter then. */
export async function putUnreadableRecord(data: string): Promise<void> {
  const log = await openSqliteLog({ file: join(data, 'log.db'), topics: logTopics }, { now: () => Date.now() })
  await log.append([{ topic: topicOf('activity'), key: userKey('demo', 'unreadable'), value: Buffer.from('no Avro') }])
  await log.close()
}

/** The id of the letter of that record, as soon as the stage has come to it. */
export async function firstDeadLetter(api: ApiClient): Promise<string> {
  for (;;) {
    const { items } = await told(api, { method: 'GET', path: '/v1/dead-letters' }, [200])
    const [letter] = items as readonly { id: string }[]
    if (letter !== undefined) return letter.id
  }
}
