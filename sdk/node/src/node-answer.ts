import type { ServerResponse } from 'node:http'
import type { Refusal } from './refusal.ts'

/** Whether somebody else has answered already, such as a time-out of the app while it was being decided. */
export const isAnswered = (response: ServerResponse): boolean => response.headersSent || response.writableEnded

/** Writes a refusal as the answer. */
export const answerRefusal = (response: ServerResponse, { status, headers, body }: Refusal): void => {
  response.writeHead(status, { ...headers }).end(JSON.stringify(body))
}
