import { freePort } from '@watchword/service-kit'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchPlatform } from '../platform-process.ts'

// Drives pages in a real browser against the real platform: that of a document, and the demo bank as `npm start` runs it.
const checks = ['tools/browser/genauth-page-check.ts', 'apps/demo-bank/test/browser-check.ts'].map((file) =>
  fileURLToPath(new URL(`../../../${file}`, import.meta.url)),
)
const data = mkdtempSync(join(tmpdir(), 'watchword-browser-'))
const platform = await launchPlatform({ data, port: await freePort(), args: ['--demo'] }).ready
try {
  const options = ['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=1']
  const child = spawn(process.execPath, [...options, ...checks], {
    stdio: 'inherit',
    env: { ...process.env, WATCHWORD_URL: platform.url.replace('//127.0.0.1:', '//localhost:') },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await platform.stop()
  rmSync(data, { recursive: true, force: true })
}
