import { ConfigError, type ConfigFault } from '@watchword/service-kit'
import { type Static, Type } from 'typebox'

/** A date that is this much later has to be one that ClickHouse's DateTime has, which ends in 2106. */
const daysMax = 10_000

function days(description: string) {
  return Type.Optional(
    Type.Integer({ minimum: 0, maximum: daysMax, description: `${description}; 0: for ever; none: left as it is` }),
  )
}

/** How long the tables of the audit keep their rows. */
export const retentionSettings = {
  recordsRetentionDays: days('Days that every record is kept after it was stored; a new database: for ever'),
  derivedRetentionDays: days(
    'Days that the rows of activities, assessments, locks, sessions, verdicts and notifications are kept, no more than the records; a new database: 400',
  ),
  rollupsRetentionDays: days(
    'Days that what users did by day and hour is kept, no more than the records; a new database: 400',
  ),
  minutesRetentionDays: days('Days that counts by minute, which name no user, are kept; a new database: 92'),
  hoursRetentionDays: days('Days that counts by hour are kept; a new database: 1100'),
}

const schema = Type.Object(retentionSettings)

/** Days by setting; 0: for ever, undefined: whatever the tables have. */
export type Retention = Static<typeof schema>

/** Settings of tables that hold of users what the records hold of them. */
export const copiesOfRecords = ['derivedRetentionDays', 'rollupsRetentionDays'] as const

/** Throws a ConfigError that names each copy of the records which would be kept longer than they are. */
export function checkRetention(retention: Retention): void {
  const records = lengthOf(retention.recordsRetentionDays ?? 0)
  const faults = copiesOfRecords.flatMap((key): readonly ConfigFault[] => {
    const own = retention[key]
    if (own === undefined || lengthOf(own) <= records) return []
    return [{ path: `audit.${key}`, detail: 'is longer than audit.recordsRetentionDays' }]
  })
  if (faults.length > 0) throw new ConfigError(faults)
}

/** Days that can be compared. */
export function lengthOf(days: number): number {
  return days === 0 ? Number.POSITIVE_INFINITY : days
}
