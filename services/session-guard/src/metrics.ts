import type { FactorKind } from '@watchword/session-lock'
import type { AdmissionOutcome, ClientKind } from '@watchword/contracts'
import { beginAtZero } from '@watchword/service-kit'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { CertificateFault } from './connections/certificate-fault.ts'
import type { LockAnswer } from './lock-stage/lock-asked.ts'
import type { WebAuthnFault } from './factors/webauthn/webauthn-fault.ts'

/** What session-guard measures; label values are closed unions. */
export type GuardMetrics = Readonly<{
  challengeAnswered: (method: FactorKind, outcome: ChallengeOutcome) => void
  webauthnRefused: (ceremony: 'registration' | 'assertion', reason: WebAuthnFault) => void
  macRefused: () => void
  /** A tenant was asked whether a demand that nothing proves may lock a user. */
  lockAsked: (answer: LockAnswer) => void
  sessionRecordUnreadable: () => void
  releasedUnknown: (mode: 'open' | 'last-known') => void
  admissionDecided: (client: ClientKind, outcome: AdmissionOutcome, because: string) => void
  certificateRefused: (reason: CertificateFault) => void
  pushed: (seconds: number) => void
  subscriberTooSlow: () => void
}>

export type ChallengeOutcome = 'issued' | 'passed' | 'failed' | 'stale' | 'blocked' | 'unanswered'

export type GuardGauges = Readonly<{
  locks: () => number
  connections: () => number
  /** Tenants whose unproven demands are withheld now. */
  lockoutsSuspected: () => number
}>

export function createGuardMetrics(registry: Registry, gauges: GuardGauges): GuardMetrics {
  const registers = [registry]
  const challenges = new Counter({
    name: 'watchword_mfa_challenges_total',
    help: 'Challenges by method and what became of them.',
    labelNames: ['method', 'outcome'],
    registers,
  })
  const ceremonies = new Counter({
    name: 'watchword_webauthn_refused_total',
    help: 'WebAuthn responses that did not count, by ceremony and reason.',
    labelNames: ['ceremony', 'reason'],
    registers,
  })
  const macs = new Counter({
    name: 'watchword_mfa_refused_macs_total',
    help: 'Commands in the inbox of the lock stage that did not carry the MAC of session-guard and were skipped.',
    registers,
  })
  const asked = new Counter({
    name: 'watchword_unproven_locks_total',
    help: 'Demands to lock a user that nothing proves: granted within what the policy allows in a minute, or withheld.',
    labelNames: ['answer'],
    registers,
  })
  const unreadable = new Counter({
    name: 'watchword_session_unreadable_records_total',
    help: 'Records of what happened to sessions that could not be read and were skipped.',
    registers,
  })
  const released = new Counter({
    name: 'watchword_check_released_unknown_total',
    help: 'Checks that were admitted although the state was unknown, as the failure mode says.',
    labelNames: ['mode'],
    registers,
  })
  beginAtZero(released, { mode: 'open' }, { mode: 'last-known' })
  const admissions = new Counter({
    name: 'watchword_admissions_total',
    help: 'Attempts to connect by kind of client, what became of them, and the code of the reason: whoever was not asked for a second factor is among them.',
    labelNames: ['client', 'outcome', 'because'],
    registers,
  })
  const certificates = new Counter({
    name: 'watchword_client_certificates_refused_total',
    help: 'Client certificates that did not count, by reason.',
    labelNames: ['reason'],
    registers,
  })
  const pushes = new Histogram({
    name: 'watchword_event_to_push_seconds',
    help: 'From the moment the log took what happened to the moment it was written to a socket.',
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers,
  })
  const tooSlow = new Counter({
    name: 'watchword_ws_too_slow_total',
    help: 'WebSocket connections closed with 4408: the client did not read what it was sent.',
    registers,
  })
  gauge('watchword_sessions_locked', 'Locks in force.', gauges.locks, registry)
  gauge('watchword_ws_connections', 'WebSocket connections.', gauges.connections, registry)
  gauge(
    'watchword_lockouts_suspected',
    'Tenants of which unproven demands were withheld in the last minute: somebody may be trying to lock its users out.',
    gauges.lockoutsSuspected,
    registry,
  )
  return {
    challengeAnswered: (method, outcome) => challenges.inc({ method, outcome }),
    webauthnRefused: (ceremony, reason) => ceremonies.inc({ ceremony, reason }),
    macRefused: () => macs.inc(),
    lockAsked: (answer) => asked.inc({ answer }),
    sessionRecordUnreadable: () => unreadable.inc(),
    releasedUnknown: (mode) => released.inc({ mode }),
    admissionDecided: (client, outcome, because) => admissions.inc({ client, outcome, because }),
    certificateRefused: (reason) => certificates.inc({ reason }),
    pushed: (seconds) => pushes.observe(seconds),
    subscriberTooSlow: () => tooSlow.inc(),
  }
}

function gauge(name: string, help: string, read: () => number, registry: Registry): void {
  const made = new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(read())
    },
  })
  registry.registerMetric(made)
}
