import { type AnomalyView, asked, integer, isAsked, number, ofTenant, text } from './anomaly-view.ts'

/** Of a normal distribution: 95 % of it are within. */
const z = 1.96

/** A bound of the interval of E. B. Wilson (1927) for `hits` of `judged`: it holds for few, and never leaves 0 to 1. */
function wilson(sign: '+' | '-'): string {
  const share = 'compromised / judged'
  return `(${share} + ${z ** 2} / (2 * judged) ${sign} ${z} * sqrt(${share} * (1 - ${share}) / judged + ${z ** 2} / (4 * judged * judged))) / (1 + ${z ** 2} / judged)`
}

export const signalPrecision: AnomalyView = {
  name: 'signal_precision',
  about:
    'How often each signal was right: of the assessments it gave points to, and that were judged, those that were confirmed as attacks.',
  days: 30,
  at: 'the last assessment of them',
  subject: 'the signal',
  columns: {
    code: text('The signal.'),
    compromised: integer('Assessments with it whose last verdict is `confirmed-compromised`.'),
    safe: integer('With the last verdict `confirmed-safe`.'),
    dismissed: integer('With the last verdict `dismissed`, which says neither.'),
    precision: number('`compromised` of both, 0 to 1.'),
    precision_low: number('The lower bound of its 95 % interval.'),
    precision_high: number('The upper bound.'),
    points: number('Points it gave to them, on average.'),
  },
  query: `SELECT at, code AS subject, code, compromised, safe, dismissed, compromised / judged AS precision, ${wilson('-')} AS precision_low,
      ${wilson('+')} AS precision_high, points
    FROM (
      SELECT toString(signals.code) AS code, max(signals.moment) AS at, countIf(latest.verdict = 'confirmed-compromised') AS compromised,
        countIf(latest.verdict = 'confirmed-safe') AS safe, countIf(latest.verdict = 'dismissed') AS dismissed, compromised + safe AS judged,
        round(avg(signals.given), 2) AS points
      FROM (
        SELECT assessment, assessment_signals.code AS code, assessment_signals.at AS moment, assessment_signals.points AS given FROM assessment_signals
        WHERE ${ofTenant('assessment_signals')} AND ${isAsked('assessment_signals.at')} AND assessment_signals.points > 0 AND status = 'evidence'
          AND assessment IN (SELECT assessment FROM verdicts WHERE ${ofTenant('verdicts')} AND verdicts.at >= ${asked.from})
      ) AS signals
      INNER JOIN (
        SELECT assessment, argMax(verdicts.verdict, (verdicts.by = 'operator', verdicts.at, verdicts.offset)) AS verdict
        FROM verdicts WHERE ${ofTenant('verdicts')} AND verdicts.at >= ${asked.from} GROUP BY assessment
      ) AS latest ON signals.assessment = latest.assessment
      GROUP BY code
    )
    WHERE judged > 0`,
}
