import type { Clickhouse } from '@watchword/clickhouse'
import { insertActivities, type PlainDays } from './plain-activities.ts'

/**
 * Stores days of a company in the tables that are made of records, without the records: working hours and weekends, an office address of each city
 * that hundreds share, home addresses that several share, a VPN, journeys, families at one device, mistyped passwords, exports, and a few
 * demands that are met. About three quarters of `users * days * activitiesPerDay * 5 / 7` activities, each with its assessment. ClickHouse makes
 * the rows itself: ten million take a minute or two.
 */
export async function seedPlainDays(client: Clickhouse, plain: PlainDays): Promise<void> {
  const own = { ...plain, first: firstDay(plain) }
  await insertActivities(client, own)
  for (const statement of [assessments, locks, unlocks, answers])
    await client.command(statement, { parameters: own, settings: { max_partitions_per_insert_block: '0' } })
}

function firstDay({ lastDay, days }: PlainDays): string {
  return new Date(Date.parse(`${lastDay}T00:00:00Z`) - (days - 1) * 86_400_000).toISOString().slice(0, 10)
}

const within = `tenant = {tenant:String} AND at >= toDateTime64({first:String}, 3, 'UTC') AND at < addDays(toDateTime64({lastDay:String}, 3, 'UTC'), 1)`

/** A share of the activities that is the same each time. */
const drawn = `sipHash64(id, 'level') / 18446744073709551616.`

const assessments = `INSERT INTO assessments
  (tenant, app, user, session, at, partition, offset, id, activity, device, type, outcome, score, level, previous_level, probability, decision,
   reason_admin, profile, policy_version, engine, trained, signal_codes, signal_points, signal_statuses)
  WITH ${drawn} AS drawn, multiIf(drawn < 0.0004, 'HIGH', drawn < 0.002, 'MEDIUM', 'LOW') AS judged,
    multiIf(judged = 'HIGH', 70 + drawn * 40000, judged = 'MEDIUM', 50 + drawn * 9000, drawn * 30) AS points
  SELECT tenant, app, user, session, at, partition, offset, concat('a-', id), id, device, type, outcome, points, judged, 'LOW',
    multiIf(judged = 'HIGH', 0.3, judged = 'MEDIUM', 0.05, 0.001), multiIf(judged = 'HIGH', 'step-up', judged = 'MEDIUM', 'notify', 'allow'),
    if(judged = 'LOW', 'device.known+1', 'ip.unknown+20 country.unknown+20'), 'balanced', 1, '1.0.0', true,
    if(judged = 'LOW', ['device.known'], ['ip.unknown', 'country.unknown']), if(judged = 'LOW', [1], [20, 20]),
    if(judged = 'LOW', ['evidence'], ['evidence', 'evidence'])
  FROM activities WHERE ${within} AND ({assessed:String} = 'all' OR judged != 'LOW')`

const demanded = `FROM assessments WHERE ${within} AND decision = 'step-up'`
/** Milliseconds, below the first number, from the activity to the lock and to the proof. */
const after = (below: number, salt: string): string => `addMilliseconds(at, sipHash64(id, '${salt}') % ${below})`
const proven = `addSeconds(${after(90_000, 'proof')}, 20)`

const lockColumns = `tenant, app, user, session, at, partition, offset, lock, version, event, scope, device, level, by, appended, caused_at`

const locks = `INSERT INTO lock_events (${lockColumns})
  SELECT tenant, app, user, session, at, partition, offset, concat('l-', activity), 1, 'session-locked', 'session', device, level, 'risk',
    addMilliseconds(${after(200, 'lock')}, 40), at
  ${demanded}`

const unlocks = `INSERT INTO lock_events (${lockColumns})
  SELECT tenant, app, user, session, ${proven}, partition, offset, concat('l-', activity), 2, 'session-unlocked', 'session', device, '', 'verification',
    addMilliseconds(${proven}, 40), toDateTime64(0, 3, 'UTC')
  ${demanded}`

const answers = `INSERT INTO session_events (tenant, app, user, session, at, partition, offset, event, lock, factor, factor_kind, reason)
  WITH arrayJoin(if(sipHash64(id, 'mistyped') % 5 = 0, ['verification-failed', 'verification-passed'], ['verification-passed'])) AS answer
  SELECT tenant, app, user, session, if(answer = 'verification-failed', addSeconds(${proven}, -15), ${proven}), partition, offset, answer,
    concat('l-', activity), concat('f-', user), 'totp', if(answer = 'verification-failed', 'wrong-code', '')
  ${demanded}`
