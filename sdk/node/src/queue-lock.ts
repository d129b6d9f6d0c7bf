import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs'
import { uptime } from 'node:os'
import { join } from 'node:path'
import { WatchwordError } from './watchword-error.ts'

/** Keeps a folder to one process; throws `queue-in-use` while another one has it. Returns how to give it back. */
export const lockFolder = (folder: string): (() => void) => {
  const file = join(folder, 'lock')
  const mine = `${process.pid} ${performance.timeOrigin}`
  for (let attempt = 0; ; attempt++) {
    try {
      const descriptor = openSync(file, 'wx', 0o600)
      writeSync(descriptor, mine)
      closeSync(descriptor)
      return () => rmSync(file, { force: true })
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause
      if (attempt > 0 || !isLeftBehind(file, mine)) {
        throw new WatchwordError('queue-in-use', `another process has the queue in ${folder}`, { cause })
      }
      rmSync(file, { force: true })
    }
  }
}

/** Whether whoever wrote the lock is gone: the machine has started since, or no process has its number. */
const isLeftBehind = (file: string, mine: string): boolean => {
  if (statSync(file).mtimeMs < Date.now() - uptime() * 1_000) return true
  const [pid = '', startedAt] = readFileSync(file, 'utf8').split(' ')
  const [myPid, myStart] = mine.split(' ')
  // In a container each start has the same number.
  if (pid === myPid) return startedAt !== myStart
  try {
    return !(Number(pid) > 0) || !process.kill(Number(pid), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
