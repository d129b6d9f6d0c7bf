import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { type ApiOptions, connectApi } from '../api.ts'
import type { ExitCode, Terminal } from '../terminal.ts'
import { withApiOptions } from './options.ts'

type Finding = Readonly<{ check: string; ok: boolean; detail: string }>

export function registerDoctor(program: Command, terminal: Terminal, finish: (code: ExitCode) => void): void {
  withApiOptions(program.command('doctor'))
    .description('Look for what is wrong with this installation and the running platform')
    .option('--json', 'print one JSON finding per line')
    .action(async (options: ApiOptions & Readonly<{ json?: true }>) => {
      const findings = [...localFindings(options.data), ...(await platformFindings(options))]
      for (const finding of findings)
        terminal.out(
          options.json
            ? JSON.stringify(finding)
            : `${finding.ok ? 'ok  ' : 'BAD '} ${finding.check}: ${finding.detail}`,
        )
      if (findings.some(({ ok }) => !ok)) finish(1)
    })
}

function localFindings(data: string): readonly Finding[] {
  const [major = 0] = process.versions.node.split('.').map(Number)
  const node = { check: 'node', ok: major >= 24, detail: `${process.version}; 24 or later runs TypeScript as it is` }
  if (!existsSync(data)) return [node, { check: 'data folder', ok: false, detail: `${data} does not exist` }]
  return [node, ...['', 'dev-key', 'secrets'].map((name) => ownersAlone(join(data, name)))]
}

function ownersAlone(path: string): Finding {
  if (!existsSync(path)) return { check: path, ok: false, detail: 'is missing' }
  const others = statSync(path).mode & 0o077
  return {
    check: path,
    ok: others === 0,
    detail: others === 0 ? "the owner's alone" : 'others may read it: chmod go-rwx',
  }
}

type Checks = Readonly<{ checks: Readonly<Record<string, { ready: boolean; detail?: string }>> }>

async function platformFindings(options: ApiOptions): Promise<readonly Finding[]> {
  try {
    const api = await connectApi(options)
    // First, since it says in words that nobody answers there.
    await api.call('GET', '/v1/policy')
    const response = await fetch(`${api.url}/readyz`)
    const { checks } = (await response.json()) as Checks
    return [
      ...Object.entries(checks).map(([name, { ready, detail }]) => ({
        check: name,
        ok: ready,
        detail: detail ?? 'ready',
      })),
      { check: 'key', ok: true, detail: 'accepted' },
    ]
  } catch (error) {
    return [{ check: 'platform', ok: false, detail: error instanceof Error ? error.message : String(error) }]
  }
}
