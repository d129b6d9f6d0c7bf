import { accessSync, constants, existsSync, statfsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { type Finding, failed, passed } from './finding.ts'

const setting = 'data.directory'
const freeBytesMin = 1_073_741_824
/** `f_type` of file systems that a restart empties (statfs(2)): tmpfs and ramfs. */
const volatileTypes: ReadonlySet<number> = new Set([0x0102_1994, 0x8584_58f6])

/** Whether a data folder, or the place where it will be made, can be written, keeps what is written, and has room. */
export function examineDataFolder(directory: string, check: string): readonly Finding[] {
  const place = existingAbove(resolve(directory))
  const faults = [...writable(place, check), ...kept(place, check), ...roomy(place, check)]
  return faults.length > 0 ? faults : [passed(check, `${directory} can be written`)]
}

function writable(place: string, check: string): readonly Finding[] {
  try {
    accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK)
    return []
  } catch (error) {
    const { code = 'it is refused' } = error as NodeJS.ErrnoException
    return [failed('data-folder-unwritable', { check, setting, detail: `${place} cannot be written (${code})` })]
  }
}

function kept(place: string, check: string): readonly Finding[] {
  const { type } = statfsSync(place)
  const detail = `${place} is in memory, not on a disk`
  return volatileTypes.has(type) ? [failed('data-folder-volatile', { check, setting, detail })] : []
}

function roomy(place: string, check: string): readonly Finding[] {
  const { bavail, bsize } = statfsSync(place)
  const free = bavail * bsize
  const detail = `${place} has ${Math.floor(free / 1_048_576)} MiB left, less than 1 GiB`
  return free < freeBytesMin ? [failed('disk-nearly-full', { check, setting, detail })] : []
}

/** The folder, or the nearest one above it that is there. */
function existingAbove(path: string): string {
  return existsSync(path) ? path : existingAbove(dirname(path))
}
