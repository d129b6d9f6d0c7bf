import type { Dashboard } from '@grafana/grafana-foundation-sdk/dashboard'
import { dataHealth } from './data-health.ts'
import { engine } from './engine.ts'
import { mfa } from './mfa.ts'
import { overview } from './overview.ts'
import { sessions } from './sessions.ts'
import { signals } from './signals.ts'
import { slo } from './slo.ts'
import { travel } from './travel.ts'
import { user } from './user.ts'

/** Every dashboard, in the order in which somebody on duty goes through them. */
export const dashboards: readonly Dashboard[] = [
  overview,
  user,
  sessions,
  mfa,
  signals,
  travel,
  dataHealth,
  slo,
  engine,
]
