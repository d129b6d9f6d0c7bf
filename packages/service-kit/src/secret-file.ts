import { chmod, link, mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a secret to a file that only its owner can read (mode 0600), whole or not at all, durable when it returns.
 * The folder is made (mode 0700) if it is not there.
 */
export async function writeSecretFile(path: string, contents: string | Uint8Array): Promise<void> {
  const draft = await writeDraft(path, contents)
  await rename(draft, path)
  await syncFolder(dirname(path))
}

/** Reads a secret file, or makes it from `create` if it is not there; of two who make it at once both get the winner's. */
export async function readOrCreateSecretFile(path: string, create: () => string | Uint8Array): Promise<Buffer> {
  const present = await readIfPresent(path)
  if (present !== undefined) return present
  const draft = await writeDraft(path, create())
  try {
    // `link` fails if the name is taken, where `rename` would replace the secret that another process already uses.
    await link(draft, path)
    await syncFolder(dirname(path))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  } finally {
    await rm(draft, { force: true })
  }
  return readFile(path)
}

async function readIfPresent(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

let drafts = 0

async function writeDraft(path: string, contents: string | Uint8Array): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  drafts += 1
  const draft = `${path}.${process.pid}-${drafts}.tmp`
  await rm(draft, { force: true })
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(contents)
    await file.sync()
  } finally {
    await file.close()
  }
  await chmod(draft, 0o600)
  return draft
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r')
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
}
