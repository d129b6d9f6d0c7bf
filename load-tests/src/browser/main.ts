import { freePort } from '@watchword/service-kit'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { launchPlatform } from '../platform-process.ts'

// Drives the demo bank in a real browser against the real platform, as `npm start` runs it.
const checks = ['browser-check.ts', 'approval-check.ts'].map((file) =>
  fileURLToPath(new URL(`../../../apps/demo-bank/test/${file}`, import.meta.url)),
)
const only = process.argv.slice(2)
const chosen = only.length === 0 ? checks : checks.filter((file) => only.some((name) => file.includes(name)))
const data = mkdtempSync(join(tmpdir(), 'watchword-browser-'))
const platform = await launchPlatform({ data, port: await freePort(), args: ['--demo'] }).ready
try {
  // One after the other: both drive the one bank.
  const flags = ['--disable-warning=ExperimentalWarning', '--test', '--test-concurrency=1']
  const child = spawn(process.execPath, [...flags, ...chosen], {
    stdio: 'inherit',
    env: { ...process.env, WATCHWORD_URL: platform.url.replace('//127.0.0.1:', '//localhost:') },
  })
  const [code] = (await once(child, 'exit')) as [number | null]
  process.exitCode = code ?? 1
} finally {
  await platform.stop()
  rmSync(data, { recursive: true, force: true })
}
