import assert from 'node:assert/strict'
import { test } from 'node:test'
import { embeddedLibrary } from './embedded-library.ts'

test('a platform without an engine is told to configure a URL', () => {
  for (const [platform, architecture] of [
    ['win32', 'x64'],
    ['linux', 'riscv64'],
    ['freebsd', 'x64'],
  ] as const) {
    assert.throws(() => embeddedLibrary(platform, architecture), {
      code: 'clickhouse-unsupported-platform',
      message: /configure the URL/,
    })
  }
})
