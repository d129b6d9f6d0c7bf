import { writeSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { EventLog } from '@watchword/event-log'
import { openKafkaLog } from '@watchword/event-log/kafka'
import { withChangelog } from '../changelog/changelog-store.ts'
import { systemClock } from '../clock.ts'
import { openStateStore } from '../sqlite/open-state-store.ts'
import { noMetrics } from '../stage-metrics.ts'
import { createStageRunner } from '../stage-runner.ts'
import { createGatedLog } from './gated-log.ts'
import { newestStage, newestTopics } from './newest-stage.ts'
import type { StageProcessSettings } from './start-stage-process.ts'

/** The stage `newest` in a process of its own, to be killed and stopped: says what happens, one JSON object a line. */
const { broker, directory, ...standby } = JSON.parse(process.argv[2] ?? '{}') as StageProcessSettings

const foldsTold = 100

function say(event: string, facts: object = {}): void {
  writeSync(1, `${JSON.stringify({ event, at: Date.now(), ...facts })}\n`)
}

const kafka = await openKafkaLog(
  {
    brokers: [broker],
    clientId: 'stage',
    topics: newestTopics,
    tuning: { sessionTimeoutMs: 1500, heartbeatMs: 150, fetchWaitMs: 50 },
  },
  { now: Date.now },
)
const gate = createGatedLog(kafka)
const log: EventLog = {
  ...gate.log,
  join: (options) =>
    kafka.join({
      ...options,
      onAssigned(partition) {
        folded.set(partition, 0)
        say('assigned', { partition })
        return options.onAssigned(partition)
      },
      async onRevoked(partition) {
        say('revoking', { partition })
        await options.onRevoked(partition)
        say('revoked', { partition })
      },
    }),
}
const { name: stage, stateVersion } = newestStage
const { store } = await openStateStore({ file: join(directory, 'state.db'), stage, stateVersion })
const changelog = { topic: 'state', stateVersion, writer: randomUUID(), ...standby }
/** By partition, since it was assigned. */
const folded = new Map<number, number>()

// Each line of the standard input says what to do with appends from now on.
createInterface(process.stdin).on('line', (line) => {
  if (line === 'release') return gate.release()
  gate.hold()
  say('holding')
})

await createStageRunner(
  {
    ...newestStage,
    fold(state, told, context) {
      const count = folded.get(context.partition) ?? 0
      folded.set(context.partition, count + 1)
      if (count < foldsTold) say('folded', { partition: context.partition, offset: context.offset })
      return newestStage.fold(state, told, context)
    },
  },
  { repairEveryMs: 500 },
  {
    log,
    store: withChangelog(store, changelog, {
      log,
      clock: systemClock,
      onRestoring: (progress) => say('restoring', progress),
      onRepaired: (partition, rows) => say('rows-repaired', { partition, rows }),
      onRepairFailed: (error) => say('fault', { error: String(error) }),
      onFollowed: (progress) => say('followed', progress),
      onFollowFailed: (error) => say('fault', { error: String(error) }),
    }),
    clock: systemClock,
    metrics: {
      ...noMetrics,
      repaired: (records) => say('repaired', { records }),
      repairFailed: (error) => say('fault', { error: String(error) }),
    },
    onFatal: (error) => say('fault', { error: String(error) }),
  },
)
