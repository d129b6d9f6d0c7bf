export { consider, type Digest, nothingTold, type Occasion, type ToldState } from './hygiene.ts'
export { kindRules, type NotificationKind } from './kinds.ts'
export { createPendingDeliveries, type Delivery, type PendingDeliveries } from './pending-deliveries.ts'
export { attemptsMax, nextAttemptAt } from './retries.ts'
