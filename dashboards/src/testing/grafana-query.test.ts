import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { type Chosen, sqlOf } from './grafana-query.ts'

const chosen: Chosen = {
  from: Date.UTC(2026, 10, 20, 10),
  to: Date.UTC(2026, 10, 21, 10),
  intervalSeconds: 20,
  variables: { tenant: "o'hara", app: ['bank', 'broker'], all: '$__all' },
}

// The examples are those of the plugin's documentation, with this time.
describe('a query becomes what the ClickHouse plugin sends', () => {
  const examples: readonly (readonly [string, string])[] = [
    ['$__timeFilter(at)', 'at >= toDateTime(1795168800) AND at <= toDateTime(1795255200)'],
    [
      '$__timeFilter_ms(at)',
      'at >= fromUnixTimestamp64Milli(1795168800000) AND at <= fromUnixTimestamp64Milli(1795255200000)',
    ],
    ['$__fromTime', 'toDateTime(1795168800)'],
    ['$__toTime_ms', 'fromUnixTimestamp64Milli(1795255200000)'],
    ['$__dateFilter(d)', "d >= toDate('2026-11-20') AND d <= toDate('2026-11-21')"],
    [
      '$__dateTimeFilter(d, at)',
      "(d >= toDate('2026-11-20') AND d <= toDate('2026-11-21')) AND (at >= toDateTime(1795168800) AND at <= toDateTime(1795255200))",
    ],
    ['$__timeInterval(at)', 'toStartOfInterval(toDateTime(at), INTERVAL 20 second)'],
    ['$__interval_s', '20'],
    ['$__conditionalAll(app IN (${app:singlequote}), $app)', "app IN ('bank','broker')"],
    ['$__conditionalAll(app IN (${app:singlequote}), $all)', '1=1'],
    ["x = ${tenant:singlequote} AND y = concat('(', ')')", String.raw`x = 'o\'hara' AND y = concat('(', ')')`],
  ]
  for (const [raw, sql] of examples) test(raw, () => assert.equal(sqlOf(raw, chosen), sql))

  test('and what it would leave as it is, is refused', () => {
    for (const raw of ['$__timeGroup(at)', '${user}', '$user', '$__conditionalAll(a = 1, ${app:singlequote})'])
      assert.throws(() => sqlOf(raw, chosen), Error, raw)
  })
})
