import { type Codecs, type EndpointState, topicOf } from '@watchword/contracts'
import { cloudEventHeaders, type EventLog } from '@watchword/event-log'
import { type Clock, createCompactedView, createView, type StreamError } from '@watchword/stream'
import type { Channel } from './channel.ts'

/** Which endpoints asked not to be told any more; every replica knows it from the log. */
export interface DisabledEndpoints {
  /** False again when the endpoint of this name is somewhere else. */
  has(channel: Channel): boolean
  disable(channel: Channel, reason: string): Promise<void>
  stop(): Promise<void>
}

export type DisabledEndpointsDeps = Readonly<{
  log: EventLog
  codecs: Pick<Codecs, 'endpoint'>
  clock: Clock
  onFatal: (error: StreamError) => void
}>

/** Resolves when everything that was said before is known. */
export async function createDisabledEndpoints(deps: DisabledEndpointsDeps): Promise<DisabledEndpoints> {
  const { log, codecs, clock, onFatal } = deps
  const topic = topicOf('endpoint')
  const states = createCompactedView<EndpointState | undefined>(
    {},
    {
      decode: (record) => codecs.endpoint.decode(record.value ?? new Uint8Array()),
      // One more attempt finds out again.
      onUndecodable: () => undefined,
    },
  )
  const view = await createView(
    { topics: [topic], pollEveryMs: 1_000 },
    { log, clock, onRecord: (record) => states.apply(record), onFatal },
  )
  await view.ready
  return {
    has: (channel) => states.get(keyOf(channel))?.address === channel.address,
    async disable(channel, reason) {
      const { tenant, id: endpoint, address } = channel
      const at = clock.now()
      const value = codecs.endpoint.encode({ tenant, endpoint, address, at, reason })
      const headers = cloudEventHeaders({
        id: `${keyOf(channel)}:${at}`,
        type: 'watchword.endpoint-disabled',
        source: 'notifier',
        time: at,
        traceparent: undefined,
      })
      await log.append([{ topic, key: keyOf(channel), value, headers }])
      await view.refresh()
    },
    stop: () => view.stop(),
  }
}

function keyOf({ tenant, id }: Channel): string {
  return `${tenant}:${id}`
}
