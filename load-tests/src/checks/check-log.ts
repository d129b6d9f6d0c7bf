import type { Verdicts } from '../campaign/verdicts.ts'
import type { Ledger } from '../load/ledger.ts'
import { checkLocks } from './check-locks.ts'
import type { VisibleLog, VisibleRecord } from './visible-log.ts'

/** What the engine promises of an append that was not answered: a cluster's log may take it more than once. */
export type Appends = 'once' | 'at-least-once'

/** Holds a log that nobody writes to any more against what the driver was told. */
export function checkLog(
  log: Pick<VisibleLog, 'activityIds' | 'assessments' | 'of' | 'deadLetters' | 'lockStates'>,
  ledger: Ledger,
  { verdicts, appends }: Readonly<{ verdicts: Verdicts; appends: Appends }>,
): void {
  verdicts.expect('no record was put aside as poison', log.deadLetters === 0, () => `${log.deadLetters} dead letters`)
  checkActivities(log, ledger, verdicts, appends)
  checkDemands(log, verdicts)
  checkLocks(log, ledger, verdicts)
  checkCodes(log, verdicts)
}

function checkActivities(
  { activityIds, assessments }: Pick<VisibleLog, 'activityIds' | 'assessments'>,
  ledger: Ledger,
  verdicts: Verdicts,
  appends: Appends,
): void {
  const kept = new Map<string, number>()
  for (const id of activityIds) kept.set(id, (kept.get(id) ?? 0) + 1)
  const judged = new Map<string, number>()
  for (const { activity } of assessments) judged.set(activity, (judged.get(activity) ?? 0) + 1)

  for (const [id, { acknowledged, sends, user }] of ledger.activities) {
    const times = kept.get(id) ?? 0
    if (acknowledged)
      verdicts.expect(
        'an acknowledged activity is in the log',
        times >= 1,
        () => `${id} of ${user}, sent ${sends} times`,
      )
    if (appends === 'once')
      verdicts.expect(
        'no activity is in the log more often than it was sent',
        times <= sends,
        () => `${id}: ${times}/${sends}`,
      )
    const expected = times === 0 ? 0 : 1
    const seen = judged.get(id) ?? 0
    verdicts.expect('an activity has exactly one visible assessment', seen === expected, () => {
      return `${id} of ${user}: ${seen} assessments, ${times} records`
    })
  }
}

function checkDemands(log: Pick<VisibleLog, 'assessments' | 'of'>, verdicts: Verdicts): void {
  const demands = new Map<string, number>()
  for (const { value } of log.of('mfa'))
    if (value?.body.type === 'mfa-required') {
      const { assessment } = value.body.data
      demands.set(assessment, (demands.get(assessment) ?? 0) + 1)
    }
  for (const { id, decision } of log.assessments)
    if (decision === 'step-up' || decision === 'deny')
      verdicts.expect('a decision to step up asks the lock stage exactly once', demands.get(id) === 1, () => {
        return `${id}: ${demands.get(id) ?? 0} demands`
      })
}

function checkCodes(log: Pick<VisibleLog, 'of'>, verdicts: Verdicts): void {
  const passed = passedCommands(log.of('session'))
  const spent = new Set<string>()
  for (const { value } of log.of('mfa')) {
    if (value?.body.type !== 'verification-attempted' || !passed.has(value.commandId)) continue
    const { factor, step } = value.body.data
    const code = JSON.stringify([value.user, factor, step])
    verdicts.expect('a code opens once', !spent.has(code), () => code)
    spent.add(code)
  }
}

/** What one command led to stands together in its partition, and the last record names the command. */
function passedCommands(records: readonly VisibleRecord<'session'>[]): ReadonlySet<string> {
  const passed = new Set<string>()
  const passing = new Set<number>()
  for (const { value, partition } of records) {
    if (value?.body.type === 'verification-passed') passing.add(partition)
    if (value === null || value.commandId === null) continue
    if (passing.delete(partition)) passed.add(value.commandId)
  }
  return passed
}
