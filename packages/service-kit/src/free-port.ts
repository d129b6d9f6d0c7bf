import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port that nobody listens on now, for who has to know it before the server listens; default host 127.0.0.1. */
export async function freePort(host = '127.0.0.1'): Promise<number> {
  const probe = createServer().listen(0, host)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has no port')
  return address.port
}
