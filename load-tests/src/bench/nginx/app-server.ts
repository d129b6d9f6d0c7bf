import { createServer } from 'node:http'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { runAsChild } from '../drive/child.ts'

/** An app of little work: it answers with a short text. */
await runAsChild(async () => {
  const server = createServer((_request, response) => void response.end('hello'))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
})
