import type { AnomalyView } from './anomaly-view.ts'
import { credentialStuffing } from './credential-stuffing.ts'
import { dormantAccounts } from './dormant-accounts.ts'
import { exportOutliers } from './export-outliers.ts'
import { impossibleTravel } from './impossible-travel.ts'
import { mfaFatigue } from './mfa-fatigue.ts'
import { passwordSprays } from './password-sprays.ts'
import { peerOutliers } from './peer-outliers.ts'
import { rarePlaces } from './rare-places.ts'
import { sharedDevices } from './shared-devices.ts'
import { signalPrecision } from './signal-precision.ts'
import { timeToLock } from './time-to-lock.ts'
import { usersAtRisk } from './users-at-risk.ts'

/** Every view of anomalies, in the order of their documentation. */
export const anomalyViews: readonly AnomalyView[] = [
  usersAtRisk,
  passwordSprays,
  credentialStuffing,
  impossibleTravel,
  rarePlaces,
  dormantAccounts,
  mfaFatigue,
  exportOutliers,
  peerOutliers,
  sharedDevices,
  signalPrecision,
  timeToLock,
]
