import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a round of `wrk` measured. */
export type WrkRun = Readonly<{ rate: number; p99Ms: number }>

/** An answer that was no 2xx, or none: its figures would not be those of the work. */
class WrkFailedError extends Error {
  override readonly name = 'WrkFailedError'
  readonly code = 'wrk-failed'
}

const run = promisify(execFile)

/** Requests each of another user and session, for as long as `wrk` likes. */
const script = (users: number): string => `
local asked = 0
request = function()
  asked = asked + 1
  return wrk.format("GET", nil, { ["Cookie"] = "user=user-" .. (asked % ${users}) .. "; session=s-" .. asked })
end
done = function(summary, latency, requests)
  local failed = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format("watchword %d %d %f %d\\n", summary.requests, summary.duration, latency:percentile(99), failed))
end
`

/** Loads an address by Debian's \`wrk\`, one thread, for some seconds. */
export async function wrk(
  url: string,
  { users, connections, seconds }: Readonly<{ users: number; connections: number; seconds: number }>,
): Promise<WrkRun> {
  const folder = mkdtempSync(join(tmpdir(), 'watchword-wrk-'))
  const file = join(folder, 'requests.lua')
  writeFileSync(file, script(users))
  const { stdout } = await run('wrk', ['-t', '1', '-c', String(connections), '-d', `${seconds}s`, '-s', file, url])
  rmSync(folder, { recursive: true })
  const [, requests, durationUs, p99Us, failed] = /^watchword (\d+) (\d+) ([\d.]+) (\d+)$/m.exec(stdout) ?? []
  if (Number(failed) > 0 || !(Number(requests) > 0)) throw new WrkFailedError(`wrk failed: ${stdout}`)
  return { rate: (Number(requests) * 1e6) / Number(durationUs), p99Ms: Number(p99Us) / 1000 }
}
