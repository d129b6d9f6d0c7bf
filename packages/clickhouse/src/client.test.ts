import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ClickhouseError, createClickhouse } from './index.ts'

test('an address that cannot be one of ClickHouse is refused by a code, and not repeated', () => {
  for (const url of ['localhost:8123', 'localhost', '', 'http://', 'tcp://u:guess@host:9000', 'http://host/?guess=1'])
    assert.throws(
      () => createClickhouse({ url, database: 'watchword' }),
      (error) =>
        error instanceof ClickhouseError &&
        error.code === 'clickhouse-url-invalid' &&
        !error.retryable &&
        !error.message.includes('guess'),
      url,
    )
})
