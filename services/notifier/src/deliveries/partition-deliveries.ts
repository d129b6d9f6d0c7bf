import {
  type Codecs,
  type DeliveryAttempted,
  type DigestCounted,
  type NotificationRecord,
  topicOf,
  userKey,
} from '@watchword/contracts'
import { cloudEventHeaders, type EventLog, type Headers, LogError, type LogRecord } from '@watchword/event-log'
import { createPendingDeliveries, createRaisedTwice, type Delivery, nextAttemptAt } from '@watchword/notification'
import type { ServiceSpans } from '@watchword/service-host'
import type { Logger } from '@watchword/service-kit'
import type { Clock } from '@watchword/stream'
import { attemptedType, digestType, raisedType } from '../notices/notice-output.ts'
import type { Channel, DeliveryResult } from './channel.ts'
import type { DisabledEndpoints } from './disabled-endpoints.ts'
import type { Lane } from './lane.ts'
import { createNamedTimers } from './named-timers.ts'
import { type Raised, raisedOf } from './raised.ts'

export type PartitionDeliveriesConfig = Readonly<{
  partition: number
  /** The first offset that is read. */
  from: number
  /** Records below were there before this process had the partition: nothing is tried before all of them are read. */
  liveFrom: number
  /** What happened before, epoch milliseconds, is nobody told of. */
  quietBefore: number
}>

export type PartitionDeliveriesDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'notification'>
  clock: Clock
  channels: readonly Channel[]
  laneOf: (channel: Channel) => Lane
  disabled: Pick<DisabledEndpoints, 'has' | 'disable'>
  /** 0 to 1. */
  random: () => number
  logger: Logger
  /** Records spans; undefined where nothing is traced. */
  spans?: Pick<ServiceSpans, 'follow'> | undefined
  onAttempted: (channel: Channel, result: DeliveryResult, tookMs: number) => void
  onFatal: (error: Error) => void
}>

/** The deliveries of one partition while it is ours. */
export interface PartitionDeliveries {
  /** Takes the next records of the partition. */
  take(records: readonly LogRecord[]): void
  /** Everything below is done, or was never to be done. */
  readonly done: number
  readonly pending: number
  /** Lets what is under way finish for a moment, then gives it up. */
  stop(): Promise<void>
}

/** What is to be told, and of which trace it is. */
type Found = Readonly<{ raised: Raised; headers: Headers }>

/** What the fold takes of an attempt. */
type Attempted = Pick<DeliveryAttempted, 'notification' | 'endpoint' | 'attempt' | 'nextAt'>

const foldedTypes: ReadonlySet<string> = new Set([raisedType, attemptedType, digestType])

/** What was counted until a digest was due is on the log by then, milliseconds. */
const digestWaitMs = 60_000

const graceMs = 2_000
const askAgainMs = 500

/**
 * Tries what is due and says on the log what became of it; what is due is known from the log alone. What was sent but not yet said when the process
 * ends is sent again, under the same id.
 */
export function createPartitionDeliveries(
  { partition, from, liveFrom, quietBefore }: PartitionDeliveriesConfig,
  deps: PartitionDeliveriesDeps,
): PartitionDeliveries {
  const { log, codecs, clock, channels, disabled } = deps
  const topic = topicOf('notification')
  const pending = createPendingDeliveries()
  const twice = createRaisedTwice()
  /** Where each delivery that is not done goes to. */
  const channelOf = new Map<string, Channel>()
  const timers = createNamedTimers(clock)
  const begun = new WeakSet<Delivery>()
  const underWay = new Set<Promise<void>>()
  const givenUp = new AbortController()
  let position = from
  let isLive = from >= liveFrom
  let stopped = false

  function take(records: readonly LogRecord[]): void {
    for (const record of records) {
      const type = record.headers['ce_type']
      if (type !== undefined && foldedTypes.has(type)) foldReadable(record)
      position = record.offset + 1
    }
    goLive()
  }

  function goLive(): void {
    if (isLive || position < liveFrom) return
    isLive = true
    for (const delivery of pending.all()) plan(delivery)
  }

  /** What cannot be read can be delivered to nobody, and nothing after it shall wait for it. */
  function foldReadable(record: LogRecord): void {
    try {
      fold(record)
    } catch (error) {
      const { offset } = record
      deps.logger.error({ err: error, topic, partition, offset }, 'unreadable notification skipped')
    }
  }

  function fold(record: LogRecord): void {
    const value = codecs.notification.decode(record.value ?? new Uint8Array())
    const raised = raisedOf(value)
    if (raised !== undefined && value.body.type === 'digest-counted') gather(raised, value.body.data, record)
    else if (raised !== undefined) add(raised, record.offset)
    else if (value.body.type === 'delivery-attempted') apply(value.body.data)
  }

  function add(raised: Raised, offset: number): void {
    const { id } = raised.data
    if (twice.has(id) || raised.at < quietBefore) return
    const told = channelsFor(raised)
    pending.add({ id, offset, at: raised.at }, told.map(idOf))
    planFor(id, told)
  }

  /** A digest is told when it is due, as the last record says that was written before; whoever has told it finds the attempt on the log. */
  function gather(raised: Raised, { count, dueAt }: DigestCounted, { offset, timestamp }: LogRecord): void {
    if (raised.at < quietBefore) return
    const { id } = raised.data
    const told = channelsFor(raised)
    const at = dueAt + digestWaitMs
    if (count === 0) return withdraw(id, told)
    if (count > 1 && timestamp >= at) return
    pending.replace({ id, offset, at }, told.map(idOf))
    planFor(id, told)
  }

  function withdraw(id: string, told: readonly Channel[]): void {
    pending.withdraw(id, told.map(idOf))
    for (const channel of told) {
      const name = nameOf(id, channel.id)
      if (pending.get(id, channel.id) !== undefined) continue
      timers.cancel(name)
      channelOf.delete(name)
    }
  }

  function channelsFor(raised: Raised): readonly Channel[] {
    return channels.filter((channel) => channel.tenant === raised.tenant && channel.wants(raised))
  }

  function planFor(id: string, told: readonly Channel[]): void {
    for (const channel of told) {
      channelOf.set(nameOf(id, channel.id), channel)
      planOf(id, channel.id)
    }
  }

  function apply({ notification: id, endpoint, attempt, nextAt }: Attempted): void {
    pending.apply({ id, endpoint, attempt, nextAt })
    if (pending.get(id, endpoint) === undefined) channelOf.delete(nameOf(id, endpoint))
    planOf(id, endpoint)
  }

  function planOf(id: string, endpoint: string): void {
    const delivery = pending.get(id, endpoint)
    if (delivery !== undefined) plan(delivery)
  }

  function plan(delivery: Delivery): void {
    if (!isLive || stopped) return
    const name = nameOf(delivery.id, delivery.endpoint)
    const waitMs = delivery.dueAt - clock.now()
    if (waitMs > 0) return timers.set(name, waitMs, () => submit(delivery))
    timers.cancel(name)
    submit(delivery)
  }

  function submit(delivery: Delivery): void {
    const channel = channelOf.get(nameOf(delivery.id, delivery.endpoint))
    // Every state of a delivery is tried once; what comes of it is its next state.
    if (channel === undefined || begun.has(delivery)) return
    begun.add(delivery)
    deps.laneOf(channel).submit(async () => {
      // Another process may have said meanwhile what became of it.
      if (stopped || pending.get(delivery.id, delivery.endpoint) !== delivery) return
      const attempt = tryOnce(delivery, channel).catch((error: unknown) => {
        // The process ends anyhow.
        if (stopped) deps.logger.error({ err: error, partition }, 'an attempt failed while the notifier was stopping')
        else deps.onFatal(error instanceof Error ? error : new Error('an attempt failed', { cause: error }))
      })
      underWay.add(attempt)
      await attempt
      underWay.delete(attempt)
    })
  }

  async function tryOnce(delivery: Delivery, channel: Channel): Promise<void> {
    const found = await again(() => read(delivery))
    if (found === undefined) return
    if (found === 'gone') {
      const { id: notification, endpoint, attempts } = delivery
      return apply({ notification, endpoint, attempt: attempts + 1, nextAt: null })
    }
    const { raised, headers } = found
    const span = deps.spans?.follow(headers, deliverOf(channel, delivery))
    const began = clock.elapsed()
    const result = await resultOf(channel, raised)
    if (result === undefined) return
    span?.end(result.outcome === 'delivered' ? {} : { error: result.detail })
    deps.onAttempted(channel, result, clock.elapsed() - began)
    await say(raised, attemptOf(delivery, raised.at, result))
  }

  /** Undefined when the process gave it up: nobody knows what became of it. */
  async function resultOf(channel: Channel, raised: Raised): Promise<DeliveryResult | undefined> {
    if (disabled.has(channel)) return { outcome: 'endpoint-gone', detail: 'endpoint-disabled' }
    const result = await channel.deliver(raised, givenUp.signal)
    if (givenUp.signal.aborted && result.outcome === 'failed') return undefined
    if (result.outcome === 'endpoint-gone') await again(() => disabled.disable(channel, result.detail))
    return result
  }

  function attemptOf(
    { id, endpoint, attempts }: Delivery,
    raisedAt: number,
    result: DeliveryResult,
  ): DeliveryAttempted {
    const attempt = attempts + 1
    const said = { notification: id, endpoint, attempt, detail: result.detail }
    if (result.outcome !== 'failed') return { ...said, outcome: result.outcome, nextAt: null }
    const { retryAfterMs: askedMs } = result
    const nextAt = nextAttemptAt({ attempt, raisedAt, failedAt: clock.now(), askedMs, share: deps.random() })
    return { ...said, outcome: nextAt === null ? 'gave-up' : 'failed', nextAt }
  }

  /** `gone`: retention has taken it. A log that does not answer with it now is asked again. */
  async function read({ offset }: Delivery): Promise<Found | 'gone'> {
    const [record] = await log.read(topic, partition, offset, 1)
    if (record?.offset === offset && record.value !== null) {
      const raised = raisedOf(codecs.notification.decode(record.value))
      return raised === undefined ? 'gone' : { raised, headers: record.headers }
    }
    const begin = (await log.begins(topic))[partition] ?? 0
    if (offset < begin) return 'gone'
    throw new LogError('log-unavailable', 'a notification that was read before cannot be read again now')
  }

  async function say({ tenant, user }: Raised, data: DeliveryAttempted): Promise<void> {
    const at = clock.now()
    const value: NotificationRecord = { tenant, user, at, body: { type: 'delivery-attempted', data } }
    const headers = cloudEventHeaders({
      id: `${data.notification}-${data.endpoint}-${data.attempt}`,
      type: attemptedType,
      source: 'notifier',
      time: at,
      traceparent: undefined,
    })
    const record = { topic, partition, key: userKey(tenant, user), value: codecs.notification.encode(value), headers }
    await again(() => log.append([record]))
  }

  /** What the log does not do now it will do later; undefined when the process ends meanwhile: what was sent is then sent again. */
  async function again<Answer>(question: () => Promise<Answer>): Promise<Answer | undefined> {
    while (!givenUp.signal.aborted)
      try {
        return await question()
      } catch (error) {
        if (!(error instanceof LogError && error.retryable)) throw error
        await new Promise<void>((resolve) => clock.after(askAgainMs, resolve))
      }
    return undefined
  }

  return {
    take,
    get done() {
      return pending.oldest() ?? position
    },
    get pending() {
      return pending.size
    },
    async stop() {
      stopped = true
      timers.cancelAll()
      const cancel = clock.after(graceMs, () => givenUp.abort())
      await Promise.all(underWay)
      cancel()
    },
  }
}

/** Endpoints have names that an operator has given them; where they are is not told. */
function deliverOf({ kind }: Channel, { attempts }: Delivery) {
  const attributes = { 'watchword.channel': kind, 'watchword.attempt': attempts + 1 }
  return { name: `deliver ${kind}`, kind: 'client', attributes } as const
}

function idOf({ id }: Channel): string {
  return id
}

/** Neither holds a space. */
function nameOf(id: string, endpoint: string): string {
  return `${id} ${endpoint}`
}
