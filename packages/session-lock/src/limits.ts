const MINUTE_MS = 60_000
const DAY_MS = 24 * 60 * MINUTE_MS

/** How long an ended session is remembered, in log time: 30 days. */
export const ENDED_SESSION_MS: number = 30 * DAY_MS
/** Most ended sessions kept of one user. */
export const ENDED_SESSIONS_MAX = 512
/** Most passes kept of one user. */
export const PASSES_MAX = 32
/** Most factors, pending ones included, of one user. */
export const FACTORS_MAX = 16
/** Most locks of one user; the last place is for a user-scope lock, which covers all that came too late. */
export const LOCKS_MAX = 64
/** Most sessions of one user that wait for a second factor before they begin; a further one ends the oldest. */
export const PENDING_MAX = 8
/** Most distinct contexts kept as causes of one lock. */
export const CAUSES_MAX = 8
/** Most activities confirmed to be somebody else's that one lock waits to end the sessions of; of a further one the session ends at once. */
export const COMPROMISED_MAX = 32
/** Most locks of one user that rest on nothing proven; the other places are for what is. */
export const UNPROVEN_LOCKS_MAX = 16
/** Contexts kept of all locks of one user, beyond which a lock keeps its first alone: each is in every record of the user's state. */
export const CAUSES_OF_USER_MAX = 64
/** Most tickets of links in mails kept of one user, which last for days: places of their own, so that none of them keeps an answer out. */
export const REPORTS_MAX = 64
/** Most other single-use ids kept of one user; when they are all still valid, nothing more is let in. */
export const USED_MAX = 256
/** Most command ids remembered of one user. */
export const SEEN_MAX = 64
/** Assessments of one user whose latest verdict is remembered; of an older one the same verdict counts again. */
export const VERDICTS_MAX = 64
/** How long a factor may wait for its first code: 10 minutes. */
export const PENDING_FACTOR_MS: number = 10 * MINUTE_MS
/** How long the id of a removed factor cannot be added again, longer than any command is obeyed after it was made: 10 minutes. */
export const REMOVED_FACTOR_MS: number = 10 * MINUTE_MS
/** Failures older than this do not count any more: 15 minutes. */
export const FAILURE_MEMORY_MS: number = 15 * MINUTE_MS
/** The first block after spent attempts, 15 minutes; each further block doubles it. */
export const BLOCK_FIRST_MS: number = 15 * MINUTE_MS
/** The longest block after spent attempts: 24 hours. */
export const BLOCK_LONGEST_MS: number = DAY_MS
/** Wrong answers in a row, however slow, after which each blocks for the longest time: the 100 of NIST SP 800-63B, 3.2.2. */
export const CONSECUTIVE_FAILURES_MAX = 100
/** Attempts allowed where no lock's policy says otherwise, as when a factor is confirmed. */
export const ATTEMPTS_ALLOWED_DEFAULT = 5
/** The longest life of an authorization: the 10 minutes of NIST SP 800-63B, 3.1.3, for what is approved out of band. */
export const AUTHORIZATION_TTL_MAX_MS: number = 10 * MINUTE_MS
/** How long an authorization or a question is remembered after its end, and how far back they are counted: 10 minutes. */
export const AUTHORIZATION_KEPT_MS: number = 10 * MINUTE_MS
/** Authorizations that one user may have open, and ask for in ten minutes. */
export const AUTHORIZATIONS_MAX = { open: 3, recent: 10 } as const
/** Questions that one approver may have open, and be asked in ten minutes. */
export const PROMPTS_MAX = { open: 5, recent: 20 } as const
