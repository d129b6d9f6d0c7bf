import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryFile } from '../src/repository.ts'

/** The Node.js releases that the SDKs are held against, the newest of each line that has support. */
export const nodeVersions = ['20.20.2', '22.23.3', '24.21.0'] as const

/** A real Node.js of a version, from the npm package `node`, kept in `.cache`; throws where it cannot be had. */
export function realNode(version: string): string {
  const home = repositoryFile(`.cache/node/${version}`)
  const binary = join(home, 'node_modules/node/bin/node')
  if (!existsSync(binary)) {
    const making = `${home}.${process.pid}`
    mkdirSync(making, { recursive: true })
    const manifest = { private: true, dependencies: { node: version }, allowScripts: { node: true } }
    writeFileSync(join(making, 'package.json'), JSON.stringify(manifest))
    execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: making, stdio: ['ignore', 'ignore', 'inherit'] })
    rmSync(home, { recursive: true, force: true })
    renameSync(making, home)
  }
  const told = execFileSync(binary, ['--version'], { encoding: 'utf8' }).trim()
  if (told !== `v${version}`) throw new Error(`Node.js ${version} says that it is ${told}`)
  return binary
}
