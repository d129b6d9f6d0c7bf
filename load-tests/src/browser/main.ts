import { freePort } from '@watchword/service-kit'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchPlatform } from '../platform-process.ts'

// Drives the page of a document and the element of the browser's SDK in a real browser, then the demo bank, the hosted page and attacks against the real platform, as
// `npm start` runs it. Names of files, or parts of them, choose among the checks.
const checks = [
  'tools/browser/genauth-page-check.ts',
  'sdk/browser/test/tabs-check.ts',
  'sdk/browser/test/element-check.ts',
  'apps/demo-bank/test/browser-check.ts',
  'apps/demo-bank/test/approval-check.ts',
  'load-tests/src/browser/bank-passkey-check.ts',
  'load-tests/src/browser/hosted-page-check.ts',
  'load-tests/src/browser/attacks-check.ts',
]
const chosen = process.argv.slice(2)
const files = checks
  .filter((file) => chosen.length === 0 || chosen.some((part) => file.includes(part)))
  .map((file) => fileURLToPath(new URL(`../../../${file}`, import.meta.url)))
const options = ['--disable-warning=ExperimentalWarning', '--test', '--test-timeout=120000', '--test-concurrency=1']

const data = mkdtempSync(join(tmpdir(), 'watchword-browser-'))
const platform = await launchPlatform({ data, port: await freePort(), args: ['--demo'] }).ready
try {
  const child = spawn(process.execPath, [...options, ...files], {
    stdio: 'inherit',
    env: {
      ...process.env,
      WATCHWORD_URL: platform.url.replace('//127.0.0.1:', '//localhost:'),
      WATCHWORD_KEY: platform.key,
    },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await platform.stop()
  rmSync(data, { recursive: true, force: true })
}
