import { once } from 'node:events'
import { createServer } from 'node:net'

/** A port that nobody listens on now; what is mounted on the server needs to know it before the server listens. */
export async function freePort(host: string): Promise<number> {
  const probe = createServer().listen(0, host)
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has no port')
  return address.port
}
