import type { IncomingMessage } from 'node:http'
import type { ActivityResult } from './activity.ts'
import { type CaptureTarget, createCaptureQueue } from './capture-queue.ts'
import type { FailureMode } from './failure-modes.ts'
import { createHttpTransport } from './http-transport.ts'
import type { Refusal } from './refusal.ts'
import { activityFromRequest, type RequestActivityOptions } from './request-activity.ts'
import { nodeRuntime } from './runtime.ts'
import { parseSettings, type WatchwordConfig } from './settings.ts'
import { stampOf, written } from './stamped-activity.ts'
import { createWatchword } from './watchword.ts'

/** GenAuth's UEBA object, as `POST /v1/compat/genauth/capture` takes it; `originalIdentity` is the customer's own id of the person. */
export type UserUEBA = {
  readonly originalIdentity?: string
  readonly id?: string
  readonly ip?: string
  readonly ua?: string
  /** RFC 3339; the moment of capture if absent. */
  readonly requestDate?: string
  readonly behaviorType?: string
  readonly behaviorResult?: string
  readonly actionType?: string
  readonly resourcesType?: string
  readonly loginType?: string
  readonly sessionId?: string
  readonly deviceId?: string
  readonly [member: string]: string | number | boolean | undefined
}

/** What a request tells of a person's behaviour, in GenAuth's names; `facts` adds who it is and what they did. */
export const getUserUEBAFromRequest = (
  request: Pick<IncomingMessage, 'headers' | 'socket'>,
  facts: UserUEBA = {},
  options: RequestActivityOptions = {},
): UserUEBA => {
  const { ip, userAgent } = activityFromRequest(request, options)
  return { ...(ip === undefined ? {} : { ip }), ...(userAgent === undefined ? {} : { ua: userAgent }), ...facts }
}

/** What GenAuth's client takes, and where the platform is. */
export type MetadataManagementClientOptions = Pick<
  WatchwordConfig,
  'url' | 'onRelease' | 'onReleaseReviewed' | 'onError' | 'tunings'
> & {
  /** A key says of which app it is; kept for the form of the call. */
  readonly appId?: string
  /** The app's key, `ww_<keyId>_<secret>`, with the scopes `ingest` and `check`. */
  readonly appSecret: string
  /** What `checkUserStatus` says while nobody knows: `closed` (default) not verified, `open` verified as GenAuth does, or whoever was lately. */
  readonly whenUnknown?: 'open' | 'closed' | { readonly lastKnown: string }
}

/** How somebody stands; `refusal` is the answer to give in the place of the app's. */
export type MfaStatus = {
  readonly mfaVerified: boolean
  /** Let through without an answer, by this mode; reported to the platform once there is contact. */
  readonly released?: 'open' | 'last-known'
  readonly refusal?: Refusal
}

/** GenAuth's `authingUEBA`. */
export type AuthingUEBA = {
  /** Queues an event; resolves with its result like `capture` of `createWatchword`. */
  readonly capture: (ueba: UserUEBA) => Promise<ActivityResult>
  readonly checkUserStatus: (subject: {
    readonly originalId: string
    readonly session?: string
    readonly device?: string
  }) => Promise<MfaStatus>
}

/** GenAuth's client of a backend, over Watchword. */
export class MetadataManagementClient {
  readonly authingUEBA: AuthingUEBA
  /** Delivers what is queued and lets go of the platform. */
  readonly close: () => Promise<void>

  constructor({ appId: _ofKey, appSecret, whenUnknown = 'closed', ...rest }: MetadataManagementClientOptions) {
    const config: WatchwordConfig = { ...rest, key: appSecret, failureModes: [modeOf(whenUnknown)] }
    const { tunings, onError, ...settings } = parseSettings(config)
    const runtime = nodeRuntime()
    const target: CaptureTarget<UserUEBA> = {
      path: '/v1/compat/genauth/capture',
      stamp: (ueba) => {
        const { id, now } = stampOf(ueba.id, runtime)
        return written({ ...ueba, id, requestDate: ueba.requestDate ?? now }, tunings)
      },
    }
    const queue = createCaptureQueue(target, tunings, createHttpTransport(settings, runtime), runtime)
    const client = createWatchword(config)
    const guard = client.createGuard({ via: 'http' })
    this.authingUEBA = {
      capture: (ueba) => {
        const result = queue.capture(ueba)
        if (onError !== undefined) result.catch(onError)
        return result
      },
      checkUserStatus: async ({ originalId, ...where }) => {
        const verdict = await guard.admit({ user: originalId, ...where }, '/')
        if (verdict.outcome === 'released') return { mfaVerified: true, released: verdict.mode }
        if (verdict.outcome === 'refused') return { mfaVerified: false, refusal: verdict.refusal }
        return { mfaVerified: verdict.outcome === 'verified' }
      },
    }
    this.close = async () => {
      await Promise.all([queue.close(tunings.closeDeadlineMs), client.close()])
    }
  }
}

const modeOf = (whenUnknown: NonNullable<MetadataManagementClientOptions['whenUnknown']>): FailureMode =>
  typeof whenUnknown === 'string'
    ? { path: '/**', mode: whenUnknown }
    : { path: '/**', mode: 'last-known', ttl: whenUnknown.lastKnown }

/** What GenAuth's middleware throws; Express answers it with 401. */
export class UnauthorizedClientError extends Error {
  readonly status = 401

  constructor(message = 'A second factor is required') {
    super(message)
    this.name = 'UnauthorizedClientError'
  }
}
