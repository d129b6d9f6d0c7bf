import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createLogger } from './index.ts'

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  let line = ''
  write(createLogger({ service: 'sample', version: '1' }, { destination: { write: (text) => void (line += text) } }))
  return JSON.parse(line) as Record<string, unknown>
}

test('a secret or a personal field is redacted at every of the first levels', () => {
  const line = logged((logger) =>
    logger.info(
      {
        password: 's3cret',
        headers: { authorization: 's3cret', 'set-cookie': 's3cret' },
        request: { headers: { cookie: 's3cret', 'x-watchword-key': 's3cret' } },
        lock: 'l-1',
      },
      'constant',
    ),
  )
  assert.doesNotMatch(JSON.stringify(line), /s3cret/)
  assert.deepEqual([line['level'], line['service'], line['lock'], line['msg']], ['info', 'sample', 'l-1', 'constant'])
})

test('of an error only name, message, code, stack and cause are logged, whatever hangs on it', () => {
  const error = Object.assign(new Error('outer', { cause: Object.assign(new Error('inner'), { code: 'E_INNER' }) }), {
    request: { body: 's3cret' },
  })
  const line = logged((logger) => logger.error({ err: error }, 'failed'))
  assert.doesNotMatch(JSON.stringify(line), /s3cret/)
  assert.equal((line['err'] as { cause: { code: string } }).cause.code, 'E_INNER')
})

test('one call is one line, whatever the field holds', () => {
  assert.equal(
    logged((logger) => logger.info({ user: 'a\n{"level":"fatal"}\u2028' }, 'constant'))['user'],
    'a\n{"level":"fatal"}\u2028',
  )
})
