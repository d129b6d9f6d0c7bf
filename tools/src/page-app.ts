import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '@watchword/service-kit'
import { repositoryFile } from './repository.ts'

/** An app that stands on a page, running in a process of its own. */
export type PageApp = Readonly<{ url: string; stop: () => Promise<void> }>

type Environment = Readonly<Record<string, string>>

/** Runs the code of a page as it stands there, with the environment that it asks for, which may name its own address; resolves when it listens on `PORT`. */
export async function runPageApp(code: string, env: Environment | ((url: string) => Environment)): Promise<PageApp> {
  // Below the repository, so that it finds the packages that it imports.
  mkdirSync(repositoryFile('.cache'), { recursive: true })
  const folder = mkdtempSync(repositoryFile('.cache/page-app-'))
  writeFileSync(join(folder, 'app.mjs'), code)
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', join(folder, 'app.mjs')], {
    env: { ...(typeof env === 'function' ? env(url) : env), PORT: String(port) },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  try {
    await untilItListens(url, child)
  } catch (error) {
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
  return {
    url,
    async stop() {
      if (child.exitCode === null) {
        const ended = once(child, 'exit')
        child.kill()
        await ended
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function untilItListens(url: string, child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`the app of the page ended with ${child.exitCode}`)
    const listens = await fetch(url).then(
      () => true,
      () => false,
    )
    if (listens) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
