import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, uptime } from 'node:os'
import { join } from 'node:path'
import { WatchwordError } from './watchword-error.ts'

/** A folder that is this process's own. */
export type FolderLock = {
  /** False once another process has taken it, as from one that stood still for long. */
  readonly isHeld: () => boolean
  readonly release: () => void
}

/** How often whoever has the lock says so, and after how long without it counts as left behind. */
const beatEveryMs = 2_000
const leftBehindAfterMs = 60_000

let takes = 0

/** Keeps a folder to one process, also where several machines or containers see it; throws `queue-in-use` while another one has it. */
export const lockFolder = (folder: string): FolderLock => {
  const file = join(folder, 'lock')
  takes += 1
  const mine = `${hostname()} ${process.pid} ${performance.timeOrigin} ${takes}`
  const own = `${file}-${mine.replaceAll(/[^\w.-]/g, '_')}`
  const inUse = (cause?: unknown): WatchwordError =>
    new WatchwordError('queue-in-use', `another process has the queue in ${folder}`, { cause })

  for (let attempt = 0; !linked(own, file, mine); attempt++) {
    const found = lockIn(file)
    if (attempt > 1 || (found !== undefined && !isLeftBehind(found, mine))) throw inUse()
    if (found !== undefined && !taken(file, `${own}.old`, found.text)) throw inUse()
  }
  const isHeld = (): boolean => lockIn(file)?.text === mine
  const beat = setInterval(() => {
    if (isHeld()) utimesSync(file, new Date(), new Date())
    else clearInterval(beat)
  }, beatEveryMs)
  beat.unref()
  return {
    isHeld,
    release: () => {
      clearInterval(beat)
      if (isHeld()) rmSync(file, { force: true })
    },
  }
}

type FoundLock = { readonly text: string; readonly mtimeMs: number }

const lockIn = (file: string): FoundLock | undefined => {
  try {
    return { text: readFileSync(file, 'utf8'), mtimeMs: statSync(file).mtimeMs }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** Gives the lock its name only when all of it is written; false where there is one already. */
const linked = (own: string, file: string, text: string): boolean => {
  writeFileSync(own, text, { mode: 0o600 })
  try {
    linkSync(own, file)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    rmSync(own, { force: true })
  }
}

/** Takes away the lock that was looked at; false, and puts it back, where another one has taken its place since. */
const taken = (file: string, aside: string, text: string): boolean => {
  try {
    renameSync(file, aside)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return true
    throw error
  }
  const isIt = readFileSync(aside, 'utf8') === text
  if (!isIt) linkSync(aside, file)
  rmSync(aside, { force: true })
  return isIt
}

/** Whether whoever wrote the lock is gone: silent for long, the machine has started since, or no process of it has the number. */
const isLeftBehind = ({ text, mtimeMs }: FoundLock, mine: string): boolean => {
  if (text === mine || mtimeMs < Date.now() - leftBehindAfterMs) return text !== mine
  const [host, pid, startedAt] = text.split(' ')
  const [myHost, myPid, myStart] = mine.split(' ')
  if (host !== myHost) return false
  if (mtimeMs < Date.now() - uptime() * 1_000) return true
  // In a container each start has the same number.
  if (pid === myPid) return startedAt !== myStart
  try {
    return !process.kill(Number(pid), 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}
