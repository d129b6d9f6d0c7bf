import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, lstatSync, mkdirSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { repositoryFile } from '../src/repository.ts'

/** How a command runs in a root. */
export type Life = Readonly<{
  /** `uid:gid`. */
  user: string
  folder: string
  env: Readonly<Record<string, string>>
  /** Absolute paths that can be written; the whole root without them. */
  writable?: readonly string[]
}>

export type Ended = Readonly<{ code: number | null; out: string; err: string }>

/** A root folder that has what the base image has, from this machine and read-only, and nothing else. */
export interface EmptyRoot {
  readonly path: string
  /** Runs a command with that root, in namespaces of its own; whatever it starts ends with it. */
  run(words: readonly string[], life: Life): Promise<Ended>
}

/** Where Node.js stands in the base image; here it is that of the npm package `node`. */
const nodeFolder = '/usr/local/bin'
const base = ['/usr', '/bin', '/sbin', '/lib', '/lib64']
const ids = new Map([
  ['root', '0:0'],
  ['node', '1000:1000'],
])

/** `uid:gid` of the user of a step: one of the base image by its name, or any by both numbers. Throws for another one. */
export function userOf(name: string): string {
  const user = /^\d+:\d+$/.test(name) ? name : ids.get(name)
  if (user === undefined) throw new Error(`the base image has no user ${name}`)
  return user
}

/** Makes the root in an empty folder. Only root may mount: throws for anybody else. */
export function createEmptyRoot(path: string): EmptyRoot {
  if (process.getuid?.() !== 0) throw new Error('only root can make a root folder out of a folder: run this as root')
  chmodSync(path, 0o755)
  const linked = base.filter((each) => isLink(each))
  const mounted = base.filter((each) => isFolder(each))
  for (const folder of [...mounted, '/dev', '/proc', '/tmp', '/root', '/etc/ssl'])
    mkdirSync(join(path, folder), { recursive: true })
  for (const link of linked) symlinkSync(readlinkSync(link), join(path, link))
  const etc = {
    passwd: 'root:x:0:0::/root:/bin/sh\nnode:x:1000:1000::/home/node:/bin/sh\n',
    group: 'root:x:0:\nnode:x:1000:\n',
  }
  for (const [name, content] of Object.entries(etc)) writeFileSync(join(path, 'etc', name), content)
  for (const name of ['resolv.conf', 'hosts']) writeFileSync(join(path, 'etc', name), '')

  const script = ({ user, folder, env, writable }: Life): string =>
    [
      bind(path, path),
      ...mounted.map((each) => bindReadOnly(each, join(path, each))),
      bindReadOnly(dirname(repositoryFile('node_modules/node/bin/node')), join(path, nodeFolder)),
      bindReadOnly('/etc/ssl', join(path, '/etc/ssl')),
      ...['/etc/resolv.conf', '/etc/hosts'].map((each) => bindReadOnly(each, join(path, each))),
      `mount --rbind /dev ${join(path, '/dev')}`,
      `mount -t proc proc ${join(path, '/proc')}`,
      ...(writable ?? []).map((each) => bind(join(path, each), join(path, each))),
      ...(writable === undefined ? [] : [`mount -o remount,bind,ro ${path}`]),
      // Expanded by nobody: the words follow as they are.
      `exec chroot --userspec=${user} ${path} /usr/bin/env -i --chdir=${folder} ${Object.entries(env)
        .map(([name, value]) => `'${name}=${value}'`)
        .join(' ')} "$@"`,
    ].join('\n')

  return {
    path,
    async run(words, life) {
      const child = spawn(
        'unshare',
        ['--mount', '--pid', '--fork', '--kill-child', 'sh', '-ec', script(life), 'sh', ...words],
        { stdio: ['ignore', 'pipe', 'pipe'] },
      )
      const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
      return { code: code as number | null, out, err }
    },
  }
}

function bind(from: string, to: string): string {
  return `mount --bind ${from} ${to}`
}

function bindReadOnly(from: string, to: string): string {
  return `${bind(from, to)}\nmount -o remount,bind,ro ${to}`
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true
}

function isFolder(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
