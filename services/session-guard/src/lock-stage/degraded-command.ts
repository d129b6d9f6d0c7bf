import type { LockCommand } from '@watchword/session-lock'
import type { StageContext } from '@watchword/stream'

/** What a record that nobody can read asks for: proof, of whoever it was about. */
export function degradedCommand({ partition, offset, time }: StageContext): LockCommand {
  const id = `degraded-${partition}-${offset}`
  return {
    type: 'RequireVerification',
    at: time,
    commandId: id,
    position: { partition, offset },
    data: {
      app: '',
      session: null,
      device: null,
      scope: 'user',
      level: 'HIGH',
      context: { device: null, fingerprint: null, network: null, agent: null },
      assessment: null,
      activity: id,
      time,
      reasonUser: { en: 'We could not read a part of what happened. Please verify.' },
      factors: [],
      policy: { windowMs: 28_800_000, onExpiry: 'soft', attemptsAllowed: 5, challengeTtlMs: 300_000, totpPastSteps: 1 },
      grounds: 'proven',
    },
  }
}
