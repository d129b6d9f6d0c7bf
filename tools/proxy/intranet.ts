import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An app that knows nothing of Watchword: it has sessions, says whose a cookie is, and answers with the headers that reached it. */
export type Intranet = Readonly<{ port: number; stop: () => void }>

export async function startIntranet(sessions: ReadonlyMap<string, string>): Promise<Intranet> {
  const server = createServer((request, response) => answer(request, response, sessions)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
}

function answer(request: IncomingMessage, response: ServerResponse, sessions: ReadonlyMap<string, string>): void {
  const session = /(?:^|; )session=([^;]+)/.exec(request.headers.cookie ?? '')?.[1] ?? ''
  const user = sessions.get(session)
  if (request.url !== '/session/who') {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(request.headers))
    return
  }
  const headers = user === undefined ? {} : { 'x-session-user': user, 'x-session-id': session }
  response.writeHead(user === undefined ? 401 : 204, headers).end()
}
