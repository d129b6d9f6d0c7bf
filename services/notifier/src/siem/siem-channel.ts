import { once } from 'node:events'
import { connect as connectTcp, type Socket } from 'node:net'
import { hostname } from 'node:os'
import { connect as connectTls } from 'node:tls'
import { shortHash } from '@watchword/contracts'
import type { Channel, DeliveryResult } from '../deliveries/channel.ts'
import type { Raised } from '../deliveries/raised.ts'
import { isAtLeast } from '../deliveries/severity-floor.ts'
import type { AddressGuard } from '../outbound/address-guard.ts'
import { OutboundError } from '../outbound/outbound-error.ts'
import { pinnedLookup } from '../outbound/pinned-lookup.ts'
import { withinLimit } from '../outbound/within-limit.ts'
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

/** Tells a collector by syslog over TCP or TLS; `guard` says where anything may go in the clear. */
export function createSiemChannel(config: SiemConfig, { guard }: Readonly<{ guard: AddressGuard }>): Channel {
  const { id, tenant, host, port, format, severityFloor } = config
  return {
    kind: 'siem',
    id,
    tenant,
    address: shortHash('siem', host, String(port)),
    wants: ({ data }) => data.audience.includes('operators') && isAtLeast(data, severityFloor),
    async deliver(raised, signal): Promise<DeliveryResult> {
      const frame = syslogFrame(raised, hostname(), formats[format](raised))
      try {
        await withinLimit(signal, async (limited) => send(await connect(config, guard), frame, limited))
        return { outcome: 'delivered', detail: 'sent' }
      } catch (error) {
        if (error instanceof OutboundError) return { outcome: 'failed', detail: error.code, retryAfterMs: 0 }
        throw error
      }
    },
  }
}

async function connect({ host, port, tls, ca }: SiemConfig, guard: AddressGuard): Promise<Socket> {
  if (tls) return connectTls({ host, port, servername: host, ...(ca === undefined ? {} : { ca }) })
  return connectTcp({ host, port, lookup: pinnedLookup(await guard.resolve(host, false)) })
}

/** Syslog has no answer: that the collector closes after our end says that it has read all before it. */
async function send(socket: Socket, frame: Buffer, signal: AbortSignal): Promise<void> {
  socket.once('end', () => {
    if (!socket.writableFinished) socket.destroy(new Error('the collector has ended before it could have read all'))
  })
  socket.resume()
  socket.end(frame)
  try {
    await once(socket, 'close', { signal })
  } catch (cause) {
    throw new OutboundError('connect-failed', 'the collector was not reached, or has not read all', { cause })
  } finally {
    socket.destroy()
  }
}
