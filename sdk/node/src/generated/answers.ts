// Generated from schemas/http/openapi.json by `npm run generate`: do not edit.

/** What each call answers when it succeeds, by method and path. */
export type Answers = {
  readonly 'POST /v1/activities': {
    /** In the order of the request; a `problem` when rejected, an `assessment` when waited for. */
    readonly results: readonly {
      readonly id: string | null
      readonly status: 'accepted' | 'duplicate' | 'rejected'
      /** What went wrong (RFC 9457); `code` is stable, and some codes add members of their own. */
      readonly problem?: {
        /** `/problems/<code>` */
        readonly type: string
        readonly title: string
        readonly status: number
        readonly code: ProblemCode
        readonly detail?: string
        /** Names this one occurrence. */
        readonly instance?: string
        /** Each fault of the request: a JSON pointer and what is wrong there. */
        readonly errors?: readonly {
          readonly pointer: string
          readonly detail: string
        }[]
        /** With `verification-failed`: how many wrong answers are left. */
        readonly attemptsLeft?: number
      }
      readonly assessment?: {
        readonly id: string
        readonly activity: string
        readonly tenant: string
        readonly app: string
        readonly user: string
        readonly session?: string
        readonly device?: string
        /** Of the activity. */
        readonly type: string
        /** Of the activity. */
        readonly outcome: string
        /** When the activity happened. */
        readonly time: string
        readonly receivedAt: string
        /** 0 to 100. */
        readonly score: number
        readonly level: 'LOW' | 'MEDIUM' | 'HIGH'
        readonly previousLevel?: 'LOW' | 'MEDIUM' | 'HIGH'
        /** Chance of an attack, 0 to 1. */
        readonly probability: number
        readonly decision: 'allow' | 'notify' | 'step-up' | 'deny'
        readonly signals: readonly {
          readonly code: string
          readonly points: number
          readonly evidence: Readonly<Record<string, null | boolean | number | string>>
          /** Stands only where the signal could not be evaluated. */
          readonly status?: 'unavailable'
        }[]
        /** By language tag; safe to show. */
        readonly reasonUser: Readonly<Record<string, string>>
        readonly reasonAdmin: string
        readonly policy: {
          readonly profile: string
          readonly version: number
          readonly hash: string
        }
        readonly engine: string
        readonly sources: Readonly<Record<string, string>>
        /** Positions of the records that caused it. */
        readonly causes: readonly string[]
        readonly trained: boolean
        readonly late: boolean
      }
    }[]
  }
  readonly 'POST /v1/apps': {
    readonly id: string
    readonly name: string | null
    readonly origins: readonly string[]
    readonly rpId: string | null
    readonly issuer: string | null
    readonly userNames: string
  }
  readonly 'GET /v1/apps': {
    readonly items: readonly {
      readonly id: string
      readonly name: string | null
      readonly origins: readonly string[]
      readonly rpId: string | null
      readonly issuer: string | null
      readonly userNames: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/assessments/{id}': {
    readonly id: string
    readonly activity: string
    readonly tenant: string
    readonly app: string
    readonly user: string
    readonly session?: string
    readonly device?: string
    /** Of the activity. */
    readonly type: string
    /** Of the activity. */
    readonly outcome: string
    /** When the activity happened. */
    readonly time: string
    readonly receivedAt: string
    /** 0 to 100. */
    readonly score: number
    readonly level: 'LOW' | 'MEDIUM' | 'HIGH'
    readonly previousLevel?: 'LOW' | 'MEDIUM' | 'HIGH'
    /** Chance of an attack, 0 to 1. */
    readonly probability: number
    readonly decision: 'allow' | 'notify' | 'step-up' | 'deny'
    readonly signals: readonly {
      readonly code: string
      readonly points: number
      readonly evidence: Readonly<Record<string, null | boolean | number | string>>
      /** Stands only where the signal could not be evaluated. */
      readonly status?: 'unavailable'
    }[]
    /** By language tag; safe to show. */
    readonly reasonUser: Readonly<Record<string, string>>
    readonly reasonAdmin: string
    readonly policy: {
      readonly profile: string
      readonly version: number
      readonly hash: string
    }
    readonly engine: string
    readonly sources: Readonly<Record<string, string>>
    /** Positions of the records that caused it. */
    readonly causes: readonly string[]
    readonly trained: boolean
    readonly late: boolean
  }
  readonly 'GET /v1/audit': {
    readonly items: readonly {
      readonly time: string
      readonly topic: string
      readonly partition: number
      readonly offset: number
      readonly type: string
      readonly id: string
      readonly app: string
      readonly user: string
      readonly session: string
      /** Its link in the chain of the partition, SHA-256 in hex. */
      readonly hash: string
      /** The record as it stands on the log, without what only its owner needs. */
      readonly data: unknown
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/audit/proof': {
    readonly items: readonly {
      readonly topic: string
      readonly partition: number
      readonly offset: number
      readonly previous?: string
      readonly hash: string
      /** Canonical bytes, base64: SHA-256 over previous and these is hash. Without previous, the record before it has been removed. */
      readonly record: string
    }[]
    readonly next?: string
    /** The signed statements since the first of the records, oldest first: compact JWS. */
    readonly checkpoints: readonly string[]
    readonly keys: readonly {
      readonly kty: 'OKP'
      readonly crv: 'Ed25519'
      readonly x: string
    }[]
  }
  readonly 'POST /v1/authorizations': {
    readonly id: string
    readonly status: 'pending'
    readonly parametersHash: string
    readonly number: string
    readonly expiresAt: string
  }
  readonly 'GET /v1/authorizations/{id}': {
    readonly id: string
    readonly status: 'pending' | 'approved' | 'denied' | 'consumed' | 'expired'
    readonly user: string
    readonly session: string
    readonly action: {
      readonly type: string
      readonly resource: string
      readonly parameters?: Readonly<Record<string, unknown>>
    }
    readonly parametersHash: string
    readonly approver: 'owner' | 'supervisor'
    readonly approvers: readonly string[]
    readonly quorum: number
    readonly factors: readonly string[]
    readonly approvals: readonly {
      readonly user: string
      readonly factor: string
      readonly at: string
    }[]
    readonly requestedAt: string
    readonly expiresAt: string
    readonly denial?: {
      readonly by?: string
      readonly reason: string
      readonly at: string
    }
    readonly consumedAt?: string
  }
  readonly 'POST /v1/authorizations/{id}/approvals': {
    readonly id: string
    readonly status: 'pending' | 'approved' | 'denied' | 'consumed' | 'expired'
    readonly approvals: number
    readonly quorum: number
  } | {
    readonly challenge: string
    readonly factor: string
    readonly expiresAt: string
    readonly authorization: {
      readonly id: string
      readonly status: 'pending' | 'approved' | 'denied' | 'consumed' | 'expired'
      readonly user: string
      readonly session: string
      readonly action: {
        readonly type: string
        readonly resource: string
        readonly parameters?: Readonly<Record<string, unknown>>
      }
      readonly parametersHash: string
      readonly approver: 'owner' | 'supervisor'
      readonly approvers: readonly string[]
      readonly quorum: number
      readonly factors: readonly string[]
      readonly approvals: readonly {
        readonly user: string
        readonly factor: string
        readonly at: string
      }[]
      readonly requestedAt: string
      readonly expiresAt: string
      readonly denial?: {
        readonly by?: string
        readonly reason: string
        readonly at: string
      }
      readonly consumedAt?: string
    }
    /** PublicKeyCredentialRequestOptionsJSON of WebAuthn Level 3 */
    readonly options?: {
      readonly challenge: string
      /** Milliseconds */
      readonly timeout: number
      readonly rpId: string
      readonly allowCredentials: readonly {
        readonly id: string
        readonly type: 'public-key'
        readonly transports?: readonly string[]
      }[]
      readonly userVerification: 'required' | 'preferred'
    }
  }
  readonly 'POST /v1/authorizations/{id}/consume': {
    readonly id: string
    readonly status: 'consumed'
    readonly session: string
    readonly action: {
      readonly type: string
      readonly resource: string
    }
    readonly parametersHash: string
    readonly approvers: readonly string[]
  }
  readonly 'POST /v1/challenges/{challenge}/responses': {
    readonly mfaToken: string
    readonly verifiedUntil: string
    readonly session: {
      readonly id: string | null
      readonly ended: boolean
    }
  }
  readonly 'POST /v1/compat/genauth/capture': {
    /** In the order of the request; a `problem` when rejected, an `assessment` when waited for. */
    readonly results: readonly {
      readonly id: string | null
      readonly status: 'accepted' | 'duplicate' | 'rejected'
      /** What went wrong (RFC 9457); `code` is stable, and some codes add members of their own. */
      readonly problem?: {
        /** `/problems/<code>` */
        readonly type: string
        readonly title: string
        readonly status: number
        readonly code: ProblemCode
        readonly detail?: string
        /** Names this one occurrence. */
        readonly instance?: string
        /** Each fault of the request: a JSON pointer and what is wrong there. */
        readonly errors?: readonly {
          readonly pointer: string
          readonly detail: string
        }[]
        /** With `verification-failed`: how many wrong answers are left. */
        readonly attemptsLeft?: number
      }
      readonly assessment?: {
        readonly id: string
        readonly activity: string
        readonly tenant: string
        readonly app: string
        readonly user: string
        readonly session?: string
        readonly device?: string
        /** Of the activity. */
        readonly type: string
        /** Of the activity. */
        readonly outcome: string
        /** When the activity happened. */
        readonly time: string
        readonly receivedAt: string
        /** 0 to 100. */
        readonly score: number
        readonly level: 'LOW' | 'MEDIUM' | 'HIGH'
        readonly previousLevel?: 'LOW' | 'MEDIUM' | 'HIGH'
        /** Chance of an attack, 0 to 1. */
        readonly probability: number
        readonly decision: 'allow' | 'notify' | 'step-up' | 'deny'
        readonly signals: readonly {
          readonly code: string
          readonly points: number
          readonly evidence: Readonly<Record<string, null | boolean | number | string>>
          /** Stands only where the signal could not be evaluated. */
          readonly status?: 'unavailable'
        }[]
        /** By language tag; safe to show. */
        readonly reasonUser: Readonly<Record<string, string>>
        readonly reasonAdmin: string
        readonly policy: {
          readonly profile: string
          readonly version: number
          readonly hash: string
        }
        readonly engine: string
        readonly sources: Readonly<Record<string, string>>
        /** Positions of the records that caused it. */
        readonly causes: readonly string[]
        readonly trained: boolean
        readonly late: boolean
      }
    }[]
  }
  readonly 'POST /v1/connections': {
    readonly outcome: 'admitted'
    /** Code of the reason */
    readonly because: string
    readonly resourceClass: 'exempt' | 'password-change' | 'protected'
    readonly secondFactor: {
      readonly status: 'required' | 'waived' | 'off'
      readonly level?: 'user' | 'group' | 'app' | 'tenant'
    }
    readonly verifiedUntil?: string
  } | {
    readonly outcome: 'pending'
    /** Code of the reason */
    readonly because: string
    readonly resourceClass: 'exempt' | 'password-change' | 'protected'
    readonly secondFactor: {
      readonly status: 'required' | 'waived' | 'off'
      readonly level?: 'user' | 'group' | 'app' | 'tenant'
    }
    readonly lock: {
      readonly id: string
      readonly version: number
      readonly scope: 'session' | 'device' | 'user'
      readonly app?: string
      readonly session?: string
      readonly device?: string
      readonly exact?: true
      readonly level: string
      readonly reasonUser: Readonly<Record<string, string>>
      readonly factors: readonly string[]
      readonly by: 'risk' | 'operator' | 'expiry' | 'requirement'
      readonly since: string
      readonly challengeUri: string
    }
  }
  readonly 'GET /v1/dead-letters': {
    readonly items: readonly {
      readonly id: string
      /** Of the record. */
      readonly topic: string
      /** Where the record stood. */
      readonly partition: number
      readonly offset: number
      readonly user?: string
      /** When it became a dead letter. */
      readonly time: string
      /** Of the stage that could not read or fold it. */
      readonly group: string
      readonly error: {
        readonly class: string
        readonly message: string
        readonly step: string
      }
      /** Of the value of the record. */
      readonly bytes: number
      readonly replayedAt?: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/dead-letters/{letter}': {
    readonly id: string
    /** Of the record. */
    readonly topic: string
    /** Where the record stood. */
    readonly partition: number
    readonly offset: number
    readonly user?: string
    /** When it became a dead letter. */
    readonly time: string
    /** Of the stage that could not read or fold it. */
    readonly group: string
    readonly error: {
      readonly class: string
      readonly message: string
      readonly step: string
    }
    /** Of the value of the record. */
    readonly bytes: number
    readonly replayedAt?: string
    readonly key: string
    /** Those of the record. */
    readonly headers: Readonly<Record<string, string>>
    /** The bytes in base64; none where they were too many. */
    readonly value?: string
  }
  readonly 'POST /v1/dead-letters/{letter}/replay': {
    readonly id: string
    readonly replayed: boolean
  }
  readonly 'POST /v1/keys': {
    readonly id: string
    readonly key: string
  }
  readonly 'GET /v1/keys': {
    readonly items: readonly {
      readonly id: string
      readonly app: string
      readonly scopes: readonly string[]
      readonly name: string | null
      readonly revoked: boolean
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/locks': {
    readonly items: readonly {
      readonly id: string
      readonly user: string
      readonly app?: string
      readonly session?: string
      readonly device?: string
      readonly scope: string
      readonly level: string
      /** What locked: risk, operator, expiry, or a requirement of the policy. */
      readonly by: string
      readonly since: string
      readonly changedAt: string
      /** Ended: with the session, which never comes back. */
      readonly state: 'locked' | 'unlocked' | 'ended'
      /** Verification or operator. */
      readonly unlockedBy?: string
      /** Of the operator who unlocked. */
      readonly reason?: string
    }[]
    readonly next?: string
  }
  readonly 'POST /v1/locks/{lock}/challenges': {
    readonly challenge: string
    readonly expiresAt: string
    /** PublicKeyCredentialRequestOptionsJSON of WebAuthn Level 3 */
    readonly options?: {
      readonly challenge: string
      /** Milliseconds */
      readonly timeout: number
      readonly rpId: string
      readonly allowCredentials: readonly {
        readonly id: string
        readonly type: 'public-key'
        readonly transports?: readonly string[]
      }[]
      readonly userVerification: 'required' | 'preferred'
    }
  }
  readonly 'POST /v1/notifications/test': {
    /** Its id. */
    readonly notification: string
    /** How many there are, without mail. */
    readonly endpoints: number
    readonly deliveries: readonly {
      readonly endpoint: string
      readonly outcome: 'delivered' | 'failed' | 'gave-up' | 'endpoint-gone'
      /** A stable code, such as http-204. */
      readonly detail: string
    }[]
  }
  readonly 'PUT /v1/policy': {
    readonly version: number
    readonly effectiveFrom: string
    readonly hash: string
  }
  readonly 'GET /v1/policy': {
    readonly version: number
    readonly effectiveFrom: string
    readonly hash: string
    readonly policy: unknown
  }
  readonly 'POST /v1/reports': {
    readonly assessment: string
    readonly answer: 'was-me' | 'was-not-me'
  }
  readonly 'GET /v1/sessions': {
    readonly items: readonly {
      readonly session: string
      readonly app: string
      readonly user: string
      readonly firstSeen: string
      readonly lastSeen: string
      readonly activities: number
      readonly devices: readonly string[]
      readonly addresses: readonly string[]
      readonly countries: readonly string[]
      /** Of the last assessment. */
      readonly level?: string
      /** The highest. */
      readonly score?: number
      /** The last. */
      readonly decision?: string
      readonly endedAt?: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/activities': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/credential-stuffing': {
    readonly items: readonly {
      /** the first try of the first such hour */
      readonly at: string
      /** the app */
      readonly subject: string
      /** The app. */
      readonly app: string
      /** Users who failed from such addresses, in the worst hour. */
      readonly users: number
      /** Such addresses in it. */
      readonly addresses: number
      /** Failed tries from them in all such hours. */
      readonly attempts: number
      /** Those users among all who signed in or failed so, in the worst hour, 0 to 1. */
      readonly share: number
      /** Failed tries for each user in the worst hour. */
      readonly triesPerUser: number
      /** Hours in which it was so. */
      readonly hours: number
      /** The last try. */
      readonly lastTry: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/dormant-accounts': {
    readonly items: readonly {
      /** the sign-in */
      readonly at: string
      /** the user */
      readonly subject: string
      /** The user. */
      readonly user: string
      /** The last activity on the day of the last sign-in before. */
      readonly lastSeen: string
      /** Days from then to the sign-in. */
      readonly daysAway: number
      /** Devices of the sign-ins of the period that the user had not before. */
      readonly devices: number
      /** Countries of them where the user was not before. */
      readonly countries: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/export-outliers': {
    readonly items: readonly {
      /** the first activity of that day with an export */
      readonly at: string
      /** the user */
      readonly subject: string
      /** The user. */
      readonly user: string
      /** Rows exported on the day: the sum of `action.count` of `export`. */
      readonly exported: number
      /** Rows of a usual day: the median of the days with exports in the 60 before. */
      readonly usual: number
      /** Modified z-score of the logarithm; from 5 on it is here. */
      readonly score: number
      /** Days with exports in the 60 before. */
      readonly historyDays: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/impossible-travel': {
    readonly items: readonly {
      /** the first activity at the second place */
      readonly at: string
      /** the user */
      readonly subject: string
      /** The user. */
      readonly user: string
      /** ISO 3166-1 alpha-2 of the first place. */
      readonly fromCountry: string
      /** Its city; empty where it is not known. */
      readonly fromCity: string
      /** Degrees. */
      readonly fromLatitude: number
      /** Degrees. */
      readonly fromLongitude: number
      /** ISO 3166-1 alpha-2 of the second place. */
      readonly toCountry: string
      /** Its city; empty where it is not known. */
      readonly toCity: string
      /** Degrees. */
      readonly toLatitude: number
      /** Degrees. */
      readonly toLongitude: number
      /** The last activity known at the first place. */
      readonly leftAt: string
      /** Kilometres on a great circle, less what the look-ups may be wrong by. */
      readonly km: number
      /** Kilometres an hour, at least. */
      readonly kmh: number
      /** An address at the second place. */
      readonly ip: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/mfa-fatigue': {
    readonly items: readonly {
      /** the proof */
      readonly at: string
      /** the user */
      readonly subject: string
      /** The user. */
      readonly user: string
      /** Locks, their extensions and questions to an approver in the ten minutes before. */
      readonly demands: number
      /** Wrong answers and denials in them. */
      readonly refusals: number
      /** The first of all these. */
      readonly since: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/password-sprays': {
    readonly items: readonly {
      /** the first try of the first such hour */
      readonly at: string
      /** `address` or `fingerprint`, and which */
      readonly subject: string
      /** `address` or `fingerprint`. */
      readonly kind: string
      /** The address, or the fingerprint. */
      readonly source: string
      /** Users who failed from there and did not get in, in the worst hour. */
      readonly users: number
      /** Users who tried from there in that hour. */
      readonly usersAll: number
      /** Failed tries of all such hours. */
      readonly attempts: number
      /** Failed tries for each user in the worst hour. */
      readonly triesPerUser: number
      /** Addresses in the worst hour. */
      readonly addresses: number
      /** Hours in which it was so. */
      readonly hours: number
      /** Users who got in from there in such an hour: their passwords are known. */
      readonly entered: number
      /** The last try. */
      readonly lastTry: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/peer-outliers': {
    readonly items: readonly {
      /** the first activity of that day */
      readonly at: string
      /** `activities` or `exported`, the app and the user */
      readonly subject: string
      /** `activities` or `exported` (rows). */
      readonly measure: string
      /** The app. */
      readonly app: string
      /** The role, or else the group, that the app says of its users (`attributes`); empty: all of whom it says none. */
      readonly peers: string
      /** The user. */
      readonly user: string
      /** Activities or rows of the day. */
      readonly amount: number
      /** The median of the peers who had any. */
      readonly usual: number
      /** Modified z-score of the logarithm; from 5 on it is here. */
      readonly score: number
      /** Peers, with the user. */
      readonly peerUsers: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/rare-places': {
    readonly items: readonly {
      /** the first activity from there */
      readonly at: string
      /** `country` or `asn`, which, and the user */
      readonly subject: string
      /** `country` or `asn`. */
      readonly kind: string
      /** ISO 3166-1 alpha-2, or the number of the autonomous system. */
      readonly place: string
      /** The user. */
      readonly user: string
      /** Activities from there on the days of the period. */
      readonly activities: number
      /** Users of the tenant who were there in the 60 days before. */
      readonly tenantUsers: number
      /** Users of the tenant in them. */
      readonly tenantUsersAll: number
      /** -log2 of the share of the users who were there before, each counted with one more. */
      readonly surpriseBits: number
      /** Days of the 60 on which the user did something; on none from there. */
      readonly userDays: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/shared-devices': {
    readonly items: readonly {
      /** the last activity from it */
      readonly at: string
      /** the device */
      readonly subject: string
      /** The device. */
      readonly device: string
      /** Users on the days of the period. */
      readonly users: number
      /** Up to 20 of them. */
      readonly userNames: readonly string[]
      /** What they did from it. */
      readonly activities: number
      /** Countries that they did it from. */
      readonly countries: number
      /** The first of it on the days of the period. */
      readonly firstSeen: string
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/signal-precision': {
    readonly items: readonly {
      /** the last assessment of them */
      readonly at: string
      /** the signal */
      readonly subject: string
      /** The signal. */
      readonly code: string
      /** Assessments with it whose last verdict is `confirmed-compromised`. */
      readonly compromised: number
      /** With the last verdict `confirmed-safe`. */
      readonly safe: number
      /** With the last verdict `dismissed`, which says neither. */
      readonly dismissed: number
      /** `compromised` of both, 0 to 1. */
      readonly precision: number
      /** The lower bound of its 95 % interval. */
      readonly precisionLow: number
      /** The upper bound. */
      readonly precisionHigh: number
      /** Points it gave to them, on average. */
      readonly points: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/time-to-lock': {
    readonly items: readonly {
      /** the beginning of the hour */
      readonly at: string
      /** the hour, RFC 3339 */
      readonly subject: string
      /** Locks by risk that came into force. */
      readonly locks: number
      /** Milliseconds from the receipt of the cause until the log had the lock: the median. */
      readonly lockMsP50: number
      /** The 95th percentile. */
      readonly lockMsP95: number
      /** The 99th percentile. */
      readonly lockMsP99: number
      /** Milliseconds until the earliest acknowledgement: a second more. */
      readonly acknowledgedMsP50: number
      /** The 95th percentile. */
      readonly acknowledgedMsP95: number
      /** The 99th percentile. */
      readonly acknowledgedMsP99: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/anomalies/users-at-risk': {
    readonly items: readonly {
      /** the last HIGH assessment */
      readonly at: string
      /** the user */
      readonly subject: string
      /** The user. */
      readonly user: string
      /** The highest chance of an attack that an assessment gave, 0 to 1: a fixed function of its points, not fitted to your traffic. */
      readonly probability: number
      /** The highest score, 0 to 100. */
      readonly score: number
      /** HIGH assessments of the days of the period. */
      readonly high: number
      /** MEDIUM assessments of them. */
      readonly medium: number
      /** How many of both were denied. */
      readonly denied: number
      /** Locks in force. */
      readonly openLocks: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/decisions': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/deliveries': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/levels': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/locks': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/mfa': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/notifications': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'GET /v1/stats/signals': {
    readonly items: readonly {
      /** Beginning of the minute or hour. */
      readonly time: string
      readonly name: string
      readonly count: number
      /** How many different ones, about. */
      readonly users: number
    }[]
    readonly next?: string
  }
  readonly 'POST /v1/tickets': {
    readonly ticket: string
    readonly expiresAt: string
  }
  readonly 'GET /v1/users/{user}/factors': {
    readonly items: readonly {
      readonly factor: string
      readonly kind: string
      readonly status: string
      readonly name?: string
      readonly addedAt: string
      readonly activatedAt?: string
      /** Whether a passkey last said that its key is kept elsewhere, too */
      readonly backedUp?: boolean
      /** Recovery codes that are unused */
      readonly codesLeft?: number
    }[]
    readonly next?: string
  }
  readonly 'POST /v1/users/{user}/factors/recovery-codes': {
    readonly factor: string
    readonly codes: readonly string[]
  }
  readonly 'POST /v1/users/{user}/factors/reset': {
    readonly removed: readonly string[]
  }
  readonly 'POST /v1/users/{user}/factors/totp': {
    readonly factor: string
    readonly uri: string
    readonly secret: string
    /** An image as a `data:` URI. */
    readonly qr: string
  }
  readonly 'POST /v1/users/{user}/factors/totp/{factor}/confirm': {
    readonly factor: string
    readonly status: 'active'
  }
  readonly 'POST /v1/users/{user}/factors/webauthn': {
    readonly factor: string
    readonly status: 'active'
  }
  readonly 'POST /v1/users/{user}/factors/webauthn/options': {
    /** PublicKeyCredentialCreationOptionsJSON of WebAuthn Level 3 */
    readonly options: {
      readonly rp: {
        readonly id: string
        readonly name: string
      }
      readonly user: {
        readonly id: string
        readonly name: string
        readonly displayName: string
      }
      readonly challenge: string
      readonly pubKeyCredParams: readonly {
        readonly type: 'public-key'
        readonly alg: number
      }[]
      /** Milliseconds */
      readonly timeout: number
      readonly excludeCredentials: readonly {
        readonly id: string
        readonly type: 'public-key'
        readonly transports?: readonly string[]
      }[]
      readonly authenticatorSelection: {
        readonly residentKey: 'preferred'
        readonly requireResidentKey: boolean
        readonly userVerification: 'required' | 'preferred'
      }
      readonly attestation: 'none'
    }
    readonly expiresAt: string
  }
  readonly 'POST /v1/users/{user}/lock': {
    readonly lock?: {
      readonly id: string
      readonly version: number
      readonly scope: 'session' | 'device' | 'user'
      readonly app?: string
      readonly session?: string
      readonly device?: string
      readonly exact?: true
      readonly level: string
      readonly reasonUser: Readonly<Record<string, string>>
      readonly factors: readonly string[]
      readonly by: 'risk' | 'operator' | 'expiry' | 'requirement'
      readonly since: string
      readonly challengeUri: string
    }
  }
  readonly 'GET /v1/users/{user}/profile': {
    readonly user: string
    readonly firstSeen?: string
    readonly lastSeen?: string
    /** Of the days that activities are kept, 400 unless it is configured, as everything here. */
    readonly activities: number
    readonly sessions: number
    readonly lastAssessment?: {
      readonly id: string
      readonly time: string
      readonly score: number
      readonly level: string
      readonly decision: string
      readonly reasonAdmin: string
    }
    /** How many of each. */
    readonly decisions: Readonly<Record<string, number>>
    readonly locks: {
      readonly locked: number
      readonly unlockedByVerification: number
      readonly unlockedByOperator: number
    }
    readonly devices: readonly {
      readonly value: string
      readonly firstSeen: string
      readonly lastSeen: string
      readonly activities: number
    }[]
    readonly addresses: readonly {
      readonly value: string
      readonly firstSeen: string
      readonly lastSeen: string
      readonly activities: number
    }[]
    readonly countries: readonly {
      readonly value: string
      readonly firstSeen: string
      readonly lastSeen: string
      readonly activities: number
    }[]
    readonly browsers: readonly {
      readonly value: string
      readonly firstSeen: string
      readonly lastSeen: string
      readonly activities: number
    }[]
  }
  readonly 'POST /v1/users/{user}/profile/reset': {
    readonly user: string
  }
  readonly 'GET /v1/users/{user}/status': {
    readonly user: string
    readonly session?: string
    readonly mfaVerified: boolean
    readonly locked: boolean
    readonly lock?: {
      readonly id: string
      readonly version: number
      readonly scope: 'session' | 'device' | 'user'
      readonly app?: string
      readonly session?: string
      readonly device?: string
      readonly exact?: true
      readonly level: string
      readonly reasonUser: Readonly<Record<string, string>>
      readonly factors: readonly string[]
      readonly by: 'risk' | 'operator' | 'expiry' | 'requirement'
      readonly since: string
      readonly challengeUri: string
    }
    readonly verifiedUntil?: string
    readonly verifiedAt?: string
    /** The authentication context class of that verification */
    readonly acr?: string
    readonly sessionState: 'active' | 'locked' | 'ended' | 'unknown'
    readonly asOf: string
    /** How the names of users are read; absent: exact */
    readonly userNames?: 'exact' | 'case-preserved' | 'case-mapped'
  }
  readonly 'GET /v1/users/{user}/timeline': {
    readonly items: readonly {
      readonly time: string
      readonly topic: string
      readonly type: string
      readonly id: string
      readonly app: string
      readonly session: string
      readonly position: string
      readonly data: unknown
    }[]
    readonly next?: string
    /** Whether everything acknowledged before the call is in it. */
    readonly fresh: boolean
  }
  readonly 'POST /v1/users/{user}/unlock': {
    readonly unlocked: readonly string[]
  }
  readonly 'POST /v1/verdicts': {
    readonly assessment: string
    readonly user: string
    readonly verdict: 'confirmed-compromised' | 'confirmed-safe' | 'dismissed'
    readonly lock?: {
      readonly id: string
      readonly version: number
      readonly scope: 'session' | 'device' | 'user'
      readonly app?: string
      readonly session?: string
      readonly device?: string
      readonly exact?: true
      readonly level: string
      readonly reasonUser: Readonly<Record<string, string>>
      readonly factors: readonly string[]
      readonly by: 'risk' | 'operator' | 'expiry' | 'requirement'
      readonly since: string
      readonly challengeUri: string
    }
  }
}

/** Every code of a problem that the platform answers. */
export type ProblemCode = 'malformed' | 'missing-credentials' | 'invalid-credentials' | 'verification-failed' | 'insufficient-user-authentication' | 'insufficient-scope' | 'wrong-tenant' | 'origin-not-allowed' | 'not-admitted' | 'self-approval' | 'not-an-approver' | 'not-found' | 'method-not-allowed' | 'not-acceptable' | 'request-timeout' | 'conflict' | 'locked' | 'stale-challenge' | 'stale-version' | 'duplicate-factor' | 'no-factor' | 'approval-pending' | 'approval-denied' | 'already-consumed' | 'parameters-changed' | 'expired' | 'payload-too-large' | 'uri-too-long' | 'unsupported-media-type' | 'expectation-failed' | 'invalid' | 'secret-refused' | 'idempotency-key-reused' | 'upgrade-required' | 'too-many-requests' | 'headers-too-large' | 'internal' | 'log-unavailable' | 'catching-up' | 'store-unavailable' | 'overloaded' | 'timed-out' | 'unavailable'
