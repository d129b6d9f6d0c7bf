import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { SavedPosition } from '../state-store.ts'
import type { OpenedState, StateFileOptions } from './state-protocol.ts'
import { verifyPositions, verifyRows } from './state-verification.ts'

/** Layout of the file itself; the layout of the values is `stateVersion`. */
const fileVersion = 2
const applicationId = 0x57575354

/** A file that must not be used, with the reason. */
class UnfitFile extends Error {
  override readonly name = 'UnfitFile'
}

/** Where a file is put that must not be used; only the last one is kept. */
export function setAsidePath(file: string): string {
  return `${file}.set-aside`
}

/** A file that says: what is beside it must not be opened again. */
export function condemnedPath(file: string): string {
  return `${file}.condemned`
}

export type OpenStateFile = OpenedState & Readonly<{ db: DatabaseSync }>

/** Opens the file for writing; sets aside what fails its checks and begins a new one. Throws when the disk does. */
export function openStateFile(options: StateFileOptions): OpenStateFile {
  const { file } = options
  mkdirSync(dirname(file), { recursive: true })
  const unfit = existsSync(condemnedPath(file)) ? 'a row in it could not be read' : undefined
  if (unfit === undefined && existsSync(file)) {
    try {
      return { ...openExisting(options), setAside: undefined }
    } catch (error) {
      if (!isUnfit(error)) throw error
      return { ...begin(options), setAside: error.message }
    }
  }
  return { ...begin(options), setAside: unfit }
}

function openExisting(options: StateFileOptions): Omit<OpenStateFile, 'setAside'> {
  const db = new DatabaseSync(options.file)
  try {
    configure(db)
    const fileLayout = db.prepare('PRAGMA user_version').get()?.['user_version']
    const id = db.prepare('PRAGMA application_id').get()?.['application_id']
    if (fileLayout !== fileVersion || id !== applicationId) throw new UnfitFile('it is of another version')
    const about = db.prepare('SELECT stage, state_version FROM about').get()
    if (about?.['stage'] !== options.stage) throw new UnfitFile('it belongs to another stage')
    const version = String(about['state_version'])
    if (!isReadable(version, options)) throw new UnfitFile('its rows have another layout')
    const positions = verifyPositions(db)
    if (positions === undefined) throw new UnfitFile('its positions fail their checks')
    if (!verifyRows(db)) throw new UnfitFile('its rows fail their checks')
    // Before a row of the present layout is in it: a build that knows only the former one must not take them for its own.
    if (version !== options.stateVersion) db.prepare('UPDATE about SET state_version = ?').run(options.stateVersion)
    return { db, positions }
  } catch (error) {
    db.close()
    throw error
  }
}

function isReadable(version: string, { stateVersion, readableVersions = [] }: StateFileOptions): boolean {
  return version === stateVersion || readableVersions.includes(version)
}

function begin(options: StateFileOptions): Omit<OpenStateFile, 'setAside'> {
  const { file } = options
  for (const suffix of ['', '-wal', '-shm']) {
    rmSync(`${setAsidePath(file)}${suffix}`, { force: true })
    if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${setAsidePath(file)}${suffix}`)
  }
  const db = new DatabaseSync(file)
  configure(db)
  db.exec(`
    BEGIN IMMEDIATE;
    CREATE TABLE about (stage TEXT NOT NULL, state_version TEXT NOT NULL) STRICT;
    CREATE TABLE positions (
      partition INTEGER PRIMARY KEY, position TEXT NOT NULL,
      row_count INTEGER NOT NULL, row_sum INTEGER NOT NULL, checksum INTEGER NOT NULL
    ) STRICT;
    -- The value last: a long one goes on in pages of its own, which the check of all rows at a start then leaves unread.
    CREATE TABLE rows (
      partition INTEGER NOT NULL, key TEXT NOT NULL,
      checksum INTEGER NOT NULL, key_again TEXT NOT NULL, value BLOB NOT NULL,
      PRIMARY KEY (partition, key)
    ) STRICT, WITHOUT ROWID;
    PRAGMA application_id = ${applicationId};
    PRAGMA user_version = ${fileVersion};
  `)
  db.prepare('INSERT INTO about VALUES (?, ?)').run(options.stage, options.stateVersion)
  db.exec('COMMIT')
  rmSync(condemnedPath(file), { force: true })
  return { db, positions: new Map<number, SavedPosition>() }
}

function configure(db: DatabaseSync): void {
  // The file is a cache of the log: after a power cut an older save is as good as the last.
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cell_size_check = ON;')
}

/** SQLITE_PERM, BUSY, LOCKED, NOMEM, IOERR, FULL, CANTOPEN: nothing is known against the file. */
const diskCodes = new Set([3, 5, 6, 7, 10, 13, 14])
/** SQLITE_IOERR_SHORT_READ and SQLITE_IOERR_CORRUPTFS are found out about the file all the same. */
const shortCodes = new Set([522, 8458])

function isUnfit(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (!('errcode' in error) || typeof error.errcode !== 'number') return true
  return !diskCodes.has(error.errcode & 0xff) || shortCodes.has(error.errcode)
}
