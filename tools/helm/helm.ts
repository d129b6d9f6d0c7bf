import { execFile } from 'node:child_process'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { chartFolder, type Manifest, manifestsOf } from './chart.ts'

const home = process.env['KUBERNETES_HOME'] ?? join(homedir(), '.cache/watchword/kubernetes')

/** What `kubernetes.sh install` builds. */
export const binaries = {
  kubeconform: join(home, 'bin/kubeconform'),
  kubectl: join(home, 'bin/kubectl'),
  definitions: join(home, 'crds'),
} as const

/** Both versions of helm that there are. */
export const helms = { 'helm 3': join(home, 'bin/v3/helm'), 'helm 4': join(home, 'bin/v4/helm') } as const

/** The version of Kubernetes that is rendered for where no server is asked; a helm that `go install` built takes an old one for granted. */
export const kubeVersion = ['--kube-version', '1.34.4'] as const

/** What a command said, and how it ended. */
export type Outcome = Readonly<{ code: number; stdout: string; stderr: string }>

/** Runs a command to its end; rejects when it is not there. */
export function run(file: string, args: readonly string[], input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(file, [...args], { maxBuffer: 64 * 1024 * 1024 }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code
      if (typeof code === 'number') resolve({ code, stdout, stderr })
      else reject(error ?? new Error(`${file} ended without a code`))
    })
    // A command that reads nothing may have ended, and nobody takes even an empty text then.
    if (input === '') child.stdin?.end()
    else child.stdin?.end(input)
  })
}

/** The same, of a command that has to succeed; answers what it printed. */
export async function succeed(file: string, args: readonly string[], input = ''): Promise<string> {
  const { code, stdout, stderr } = await run(file, args, input)
  if (code !== 0) throw new Error(`${file} ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`)
  return stdout
}

/** `--values` for each file, `--set-json` for each value. */
export function valueArguments(
  files: readonly string[],
  set: Readonly<Record<string, unknown>> = {},
): readonly string[] {
  return [
    ...files.flatMap((file) => ['--values', file]),
    ...Object.entries(set).flatMap(([path, value]) => ['--set-json', `${path}=${JSON.stringify(value)}`]),
  ]
}

const rendered = new Map<string, Promise<readonly Manifest[]>>()

/** What the chart makes of values, hooks and tests included; the same values are rendered once a process. */
export function render(
  helm: string,
  files: readonly string[],
  set: Readonly<Record<string, unknown>> = {},
): Promise<readonly Manifest[]> {
  const args = ['template', 'ww', chartFolder, '--namespace', 'auth', ...kubeVersion, ...valueArguments(files, set)]
  const key = [helm, ...args].join('\n')
  const found = rendered.get(key) ?? succeed(helm, args).then(manifestsOf)
  rendered.set(key, found)
  return found
}
