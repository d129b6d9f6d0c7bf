import type { RuleGroup } from './rule.ts'

/** Somebody attacks, or could. */
export const security: RuleGroup = {
  name: 'watchword-security',
  rules: [
    {
      alert: 'WatchwordLockoutSuspected',
      expr: 'max(watchword_lockouts_suspected) > 0',
      severity: 'page',
      summary: 'Somebody may be trying to lock the users of a tenant out',
      description:
        'Demands that nothing proves ask to lock more users than the policy allows in a minute, in {{ $value }} tenants; what is above is withheld.',
    },
    {
      alert: 'WatchwordForeignCommands',
      expr: 'sum(increase(watchword_mfa_refused_macs_total[15m])) > 0',
      severity: 'page',
      summary: 'Somebody else writes to the inbox of the locks',
      description: '{{ $value | humanize }} commands without the MAC of session-guard were skipped in 15 minutes.',
    },
    {
      alert: 'WatchwordForeignSessionRecords',
      expr: 'sum(increase(watchword_session_unreadable_records_total[15m])) > 0',
      severity: 'page',
      summary: 'Somebody else writes to what happened to sessions',
      description: '{{ $value | humanize }} records that could not be read were skipped in 15 minutes.',
    },
    {
      alert: 'WatchwordReleasedUnknown',
      expr: 'sum by (mode) (increase(watchword_check_released_unknown_total[15m])) > 0',
      severity: 'page',
      summary: 'Requests are let through without knowing how their users stand',
      description: '{{ $value | humanize }} checks were released in 15 minutes by the failure mode {{ $labels.mode }}.',
    },
    {
      alert: 'WatchwordWrongAnswersRise',
      expr: `sum(rate(watchword_mfa_challenges_total{outcome="failed"}[15m]))
  / (sum(rate(watchword_mfa_challenges_total{outcome=~"failed|passed"}[15m])) > 0) > 0.6
and sum(increase(watchword_mfa_challenges_total{outcome="failed"}[15m])) > 20`,
      for: '5m',
      severity: 'ticket',
      summary: 'Most answers to challenges are wrong',
      description:
        '{{ $value | humanizePercentage }} of the answers of 15 minutes: codes are guessed, or clocks are off.',
    },
  ],
}

/** The log and its stages. */
export const stages: RuleGroup = {
  name: 'watchword-stages',
  rules: [
    {
      alert: 'WatchwordDown',
      expr: 'up{job=~".*watchword.*"} == 0',
      for: '2m',
      severity: 'page',
      summary: 'A process of the platform does not answer',
      description: '{{ $labels.instance }} of {{ $labels.job }} could not be scraped for two minutes.',
    },
    {
      alert: 'WatchwordStageBehind',
      expr: 'sum by (stage) (watchword_stage_lag_records) > 1000',
      for: '2m',
      severity: 'page',
      summary: 'A stage is behind: judgements and locks come late',
      description: '{{ $value | humanize }} records wait for the stage {{ $labels.stage }}.',
    },
    {
      alert: 'WatchwordPartitionStuck',
      expr: 'max by (stage, partition) (watchword_stage_lag_records) > 0 and on (stage) sum by (stage) (rate(watchword_stage_records_folded_total[5m])) == 0',
      for: '5m',
      severity: 'page',
      summary: 'A stage does not go on',
      description:
        'Partition {{ $labels.partition }} of the stage {{ $labels.stage }} has {{ $value }} records waiting, and the stage folds nothing.',
    },
    {
      alert: 'WatchwordDeadLetters',
      expr: 'sum by (stage, step) (increase(watchword_dlq_records_total[1h])) > 0',
      severity: 'ticket',
      summary: 'Records could not be decoded or folded',
      description:
        '{{ $value | humanize }} records of the stage {{ $labels.stage }} became dead letters in an hour, at the step {{ $labels.step }}.',
    },
    {
      alert: 'WatchwordLogRefuses',
      expr: 'sum(rate(watchword_ingest_log_refusals_total[5m])) > 0',
      for: '2m',
      severity: 'page',
      summary: 'The log does not take activities',
      description: '{{ $value | humanize }} requests a second are refused with 503. The disk, or the cluster.',
    },
    {
      alert: 'WatchwordSettingsUnreadable',
      expr: 'sum(increase(watchword_settings_unreadable_records_total[15m])) > 0',
      severity: 'ticket',
      summary: 'A policy, an app or a key could not be read and was skipped',
      description:
        '{{ $value | humanize }} records in 15 minutes. A key is refused until it is written again; a policy leaves the one before in force.',
    },
    {
      alert: 'WatchwordLateWrites',
      expr: 'sum(increase(watchword_stage_repaired_records_total[1h])) + sum(increase(watchword_state_repaired_rows_total[1h]) or vector(0)) > 0',
      severity: 'ticket',
      summary: 'A process that had lost its partition wrote late',
      description:
        '{{ $value | humanize }} records were written again in an hour. The process hung, or was cut off from the cluster.',
    },
    {
      alert: 'WatchwordRepairsFail',
      expr: 'sum(increase(watchword_stage_repair_failures_total[1h])) + sum(increase(watchword_state_repair_failures_total[1h]) or vector(0)) > 0',
      for: '1h',
      severity: 'page',
      summary: 'What was written late is not found',
      description:
        'Looks for it fail since an hour, and the broker compacts: states after an hour, outputs after a day.',
    },
    {
      alert: 'WatchwordRestoringLong',
      expr: 'max(watchword_state_restoring_records) > 0',
      for: '10m',
      severity: 'ticket',
      summary: 'A process still reads the state of partitions that it took over',
      description:
        '{{ $value | humanize }} records of the changelog are still to be read; the users of these partitions are not judged meanwhile.',
    },
    {
      alert: 'WatchwordStandbysBehind',
      expr: 'max(watchword_state_standby_lag_records) > 100000',
      for: '15m',
      severity: 'ticket',
      summary: 'Copies of the states of other processes grow old',
      description:
        '{{ $value | humanize }} records behind: a death of another process would be followed by a long read.',
    },
  ],
}

/** What is kept. */
export const audit: RuleGroup = {
  name: 'watchword-audit',
  rules: [
    {
      alert: 'WatchwordAuditFails',
      expr: 'sum(increase(watchword_audit_insert_failures_total[10m])) > 3',
      for: '5m',
      severity: 'ticket',
      summary: 'ClickHouse does not take the audit',
      description:
        '{{ $value | humanize }} inserts had to be repeated in 10 minutes. Nothing is lost, but reports stand still.',
    },
    {
      alert: 'WatchwordAuditRefuses',
      expr: 'sum(increase(watchword_audit_refused_records_total[1h])) + sum(increase(watchword_audit_view_refusals_total[1h])) > 0',
      severity: 'ticket',
      summary: 'ClickHouse refuses records for what they hold',
      description:
        '{{ $value | humanize }} times in an hour a record was stored as a row of type refused, or a view refused an insert: nothing is lost, but reports or the table of the view do not have it.',
    },
    {
      alert: 'WatchwordCheckpointsFail',
      expr: 'sum(increase(watchword_audit_checkpoint_failures_total[15m])) > 3',
      for: '10m',
      severity: 'ticket',
      summary: 'The ends of the hash chains are not signed',
      description:
        '{{ $value | humanize }} attempts failed in 15 minutes: the second place of the checkpoints, or ClickHouse.',
    },
    {
      alert: 'WatchwordCheckpointsMissing',
      expr: 'sum(increase(watchword_audit_insert_rows_total[30m])) > 0 and sum(increase(watchword_audit_checkpoints_total[30m])) == 0',
      for: '10m',
      severity: 'ticket',
      summary: 'Records are stored, and no checkpoint is signed',
      description:
        '{{ $value | humanize }} rows came in 30 minutes; what is not under a checkpoint can be cut off unseen.',
    },
  ],
}

/** What feeds the judgements. */
export const intake: RuleGroup = {
  name: 'watchword-intake',
  rules: [
    {
      alert: 'WatchwordActivitiesStop',
      expr: `sum(rate(watchword_ingest_activities_total{status="accepted"}[15m])) == 0
and sum(increase(watchword_ingest_activities_total{status="accepted"}[1h] offset 1d)) > 100`,
      for: '15m',
      severity: 'page',
      summary: 'No activities come in, and at this time yesterday they did',
      description: 'Apps do not report, or do not reach the platform: nobody is judged.',
    },
    {
      alert: 'WatchwordActivitiesRejected',
      expr: `sum(rate(watchword_ingest_activities_total{status="rejected"}[15m]))
  / (sum(rate(watchword_ingest_activities_total[15m])) > 0) > 0.05`,
      for: '15m',
      severity: 'ticket',
      summary: 'An app sends what cannot be taken',
      description: '{{ $value | humanizePercentage }} of the activities of 15 minutes were rejected.',
    },
    {
      alert: 'WatchwordShedding',
      expr: 'max(avg_over_time(watchword_ingest_shed_ratio[5m])) > 0.05',
      for: '15m',
      severity: 'ticket',
      summary: 'More comes than can be judged: telemetry is told to come later',
      description:
        '{{ $value | humanizePercentage }} of the telemetry, and of what says that it can wait, has been refused with 503 overloaded for a quarter of an hour.',
    },
    {
      alert: 'WatchwordSubscribersTooSlow',
      expr: 'sum(increase(watchword_ws_too_slow_total[15m])) > 20',
      for: '15m',
      severity: 'ticket',
      summary: 'Subscribers do not read what they are sent',
      description: '{{ $value | humanize }} connections were closed with 4408 in 15 minutes.',
    },
  ],
}

/** Who is told. */
export const notifications: RuleGroup = {
  name: 'watchword-notifications',
  rules: [
    {
      alert: 'WatchwordEndpointFailing',
      expr: 'max by (tenant, endpoint) (watchword_endpoint_failing) > 0',
      for: '1h',
      severity: 'ticket',
      summary: 'An endpoint of the notifier cannot be told',
      description:
        'The endpoint {{ $labels.endpoint }} of tenant {{ $labels.tenant }} fails since an hour; what is not delivered three days after it was raised is given up.',
    },
  ],
}
