import { type Access, type Caller, keyGate } from '@watchword/access'
import { waitSeconds } from '@watchword/service-kit'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { saysItCanWait } from '../shedding/can-wait.ts'
import type { Shedding } from '../shedding/shedding.ts'
import { waitSecondsMax } from './submission.ts'

/** The gate of a route that takes activities in, and what its requests ask for beside that. */
export type ActivitiesGate = Readonly<{
  security: ReturnType<typeof keyGate>['security']
  /** Refuses whoever may not call, then who says that it can wait, and has to; nothing of the body is read before. */
  onRequest: onRequestHookHandler[]
  whoOf: (request: FastifyRequest) => Caller
  termsOf: (request: FastifyRequest) => Terms
}>

export type Terms = Readonly<{
  /** How long the client waits for the judgements; undefined where it does not. */
  seconds: number | undefined
  /** It said that it can wait, and was let in before it was read. */
  wasAsked: boolean
}>

export function activitiesGate(access: Access, shedding: Pick<Shedding, 'admitUnread'>): ActivitiesGate {
  const { security, onRequest, whoOf } = keyGate(access, 'ingest')

  function termsOf({ headers }: FastifyRequest): Terms {
    const seconds = waitSeconds(headers['prefer'], waitSecondsMax)
    return { seconds, wasAsked: seconds === undefined && saysItCanWait(headers['priority']) }
  }

  return {
    security,
    onRequest: [
      onRequest,
      (request, _reply, done) => {
        if (termsOf(request).wasAsked) shedding.admitUnread()
        done()
      },
    ],
    whoOf,
    termsOf,
  }
}
