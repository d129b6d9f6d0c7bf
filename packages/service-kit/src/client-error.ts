import type { Socket } from 'node:net'
import { STATUS_CODES } from 'node:http'
import type { ProblemCode } from './problem-catalogue.ts'
import { problem, problemBody } from './problem.ts'

const codesByParserCode: Readonly<Record<string, ProblemCode>> = {
  HPE_HEADER_OVERFLOW: 'headers-too-large',
  ERR_HTTP_REQUEST_TIMEOUT: 'request-timeout',
}

/** Answers bytes that are not HTTP, straight on the socket and then closes it, since no request exists to reply to. */
export function answerClientError(newId: () => string) {
  return (error: NodeJS.ErrnoException, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const id = newId()
    const answer = problem(codesByParserCode[error.code ?? ''] ?? 'malformed')
    const body = JSON.stringify(problemBody(answer, `/requests/${encodeURIComponent(id)}`))
    socket.end(
      [
        `HTTP/1.1 ${answer.status} ${STATUS_CODES[answer.status] ?? ''}`,
        'content-type: application/problem+json',
        `content-length: ${Buffer.byteLength(body)}`,
        `x-request-id: ${id}`,
        'connection: close',
        '',
        body,
      ].join('\r\n'),
      () => socket.destroy(),
    )
  }
}
