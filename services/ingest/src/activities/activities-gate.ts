import { type Access, type Caller, keyGate } from '@watchword/access'
import { type Gate, waitSeconds } from '@watchword/service-kit'
import type { FastifyRequest, onRequestHookHandler } from 'fastify'
import { saysItCanWait } from '../shedding/can-wait.ts'
import type { Shedding } from '../shedding/shedding.ts'
import { waitSecondsMax } from './submission.ts'

/** How urgent a request is, by its headers. */
export type Urgency = Readonly<{
  /** How long the client waits for the assessments; undefined where it does not. */
  waitSeconds: number | undefined
  /** It says that it can wait; never beside `waitSeconds`. */
  canWait: boolean
}>

export function urgencyOf({ headers }: FastifyRequest): Urgency {
  const seconds = waitSeconds(headers['prefer'], waitSecondsMax)
  return { waitSeconds: seconds, canWait: seconds === undefined && saysItCanWait(headers['priority']) }
}

export type ActivitiesGate = Omit<Gate<Caller>, 'onRequest'> & Readonly<{ onRequest: onRequestHookHandler[] }>

/** The gate of a route that takes activities in: refuses whoever may not call, then, where there is too much, what says that it can wait. */
export function activitiesGate(access: Access, shedding: Pick<Shedding, 'askUnread'>): ActivitiesGate {
  const gate = keyGate(access, 'ingest')
  const askUnread: onRequestHookHandler = (request, _reply, done) => {
    if (urgencyOf(request).canWait) shedding.askUnread()
    done()
  }
  return { ...gate, onRequest: [gate.onRequest, askUnread] }
}
