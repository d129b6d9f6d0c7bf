import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { shortHash } from '@watchword/contracts'
import type { Channel, DeliveryResult } from '../deliveries/channel.ts'
import type { Raised } from '../deliveries/raised.ts'
import { isAtLeast } from '../deliveries/severity-floor.ts'
import { cefEvent } from './cef-event.ts'
import { ecsEvent } from './ecs-event.ts'
import { ocsfEvent } from './ocsf-event.ts'
import { plainJson } from './plain-text.ts'
import type { SiemConfig } from './siem-config.ts'
import { syslogFrame } from './syslog-frame.ts'

const formats: Readonly<Record<SiemConfig['format'], (raised: Raised) => string>> = {
  ocsf: (raised) => plainJson(ocsfEvent(raised)),
  ecs: (raised) => plainJson(ecsEvent(raised)),
  cef: cefEvent,
}

/** How long one message may take, milliseconds. */
const sendMsMax = 15_000

/** Tells a collector by syslog over TCP or TLS. */
export function createSiemChannel({ id, tenant, host, port, tls, ca, format, severityFloor }: SiemConfig): Channel {
  return {
    kind: 'siem',
    id,
    tenant,
    address: shortHash('siem', host, String(port)),
    wants: ({ data }) => data.audience.includes('operators') && isAtLeast(data, severityFloor),
    async deliver(raised, signal): Promise<DeliveryResult> {
      const frame = syslogFrame(raised, hostname(), formats[format](raised))
      const socket = tls
        ? connectTls({ host, port, servername: host, ...(ca === undefined ? {} : { ca }) })
        : connectTcp({ host, port })
      try {
        await send(socket, frame, AbortSignal.any([signal, AbortSignal.timeout(sendMsMax)]))
        return { outcome: 'delivered', detail: 'sent' }
      } catch {
        return { outcome: 'failed', detail: 'syslog-failed', retryAfterMs: 0 }
      } finally {
        socket.destroy()
      }
    },
  }
}

/** Syslog has no answer: that the collector closes after our end says that it has read all before it. */
async function send(socket: Socket, frame: Buffer, signal: AbortSignal): Promise<void> {
  socket.resume()
  socket.end(frame)
  await once(socket, 'close', { signal })
}
