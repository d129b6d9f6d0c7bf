import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { repositoryFile, repositoryText } from '../src/repository.ts'
import { buildContext } from './build-context.ts'
import { createEmptyRoot, type EmptyRoot, type Life, userOf } from './empty-root.ts'
import { readDockerfile } from './read-dockerfile.ts'

/** What the steps of the Dockerfile have made: a root, and how commands are started in it. */
export type Image = Readonly<{
  root: EmptyRoot
  /** Of the base image. */
  from: string
  life: Life
  entrypoint: readonly string[]
  command: readonly string[]
}>

/** What the base image sets. */
const path = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** Takes every step of `deploy/docker/Dockerfile` in an empty folder. Rejects with the words of a step that fails. */
export async function buildImage(folder: string): Promise<Image> {
  const root = createEmptyRoot(folder)
  let from = ''
  let life: Life = { user: userOf('root'), folder: '/', env: { PATH: path, HOME: '/root', ...ofThisMachine() } }
  let entrypoint: readonly string[] = []
  let command: readonly string[] = []
  for (const step of readDockerfile(repositoryText('deploy/docker/Dockerfile')))
    switch (step.kind) {
      case 'from':
        from = step.image
        break
      case 'workdir':
        life = { ...life, folder: resolve(life.folder, step.path) }
        mkdirSync(join(folder, life.folder), { recursive: true })
        break
      case 'copy':
        copy(step.from, join(folder, resolve(life.folder, step.to)))
        break
      case 'run': {
        const { code, out, err } = await root.run(['/bin/sh', '-c', step.command], life)
        if (code !== 0) throw new Error(`RUN ${step.command}\nended with ${code}:\n${out}${err}`)
        break
      }
      case 'env':
        life = { ...life, env: { ...life.env, ...expanded(step.variables, life.env) } }
        break
      case 'user':
        life = { ...life, user: userOf(step.name) }
        break
      case 'entrypoint':
        entrypoint = step.words
        break
      case 'command':
        command = step.words
        break
    }
  return { root, from, life, entrypoint, command }
}

/** The way to the registry of packages, where this machine needs one of its own. */
function ofThisMachine(): Readonly<Record<string, string>> {
  const authorities = process.env['NODE_EXTRA_CA_CERTS']
  return authorities === undefined ? {} : { NODE_EXTRA_CA_CERTS: authorities }
}

function copy(from: string, to: string): void {
  if (from !== '.') throw new Error(`only the whole context is copied here, not ${from}`)
  const files = buildContext(repositoryFile('.'), repositoryText('deploy/docker/Dockerfile.dockerignore'))
  for (const file of files) {
    mkdirSync(dirname(join(to, file)), { recursive: true })
    cpSync(repositoryFile(file), join(to, file), { verbatimSymlinks: true })
  }
}

function expanded(
  variables: readonly (readonly [name: string, value: string])[],
  env: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    variables.map(([name, value]) => [name, value.replaceAll(/\$(\w+)/g, (_, other: string) => env[other] ?? '')]),
  )
}
