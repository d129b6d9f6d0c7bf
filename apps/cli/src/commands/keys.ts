import { scopes } from '@watchword/access'
import type { Command } from 'commander'
import { type Api, type ApiOptions, connectApi } from '../api.ts'
import { type Terminal, UsageError } from '../terminal.ts'
import { withApiOptions } from './options.ts'

type KeyItem = Readonly<{ id: string; app: string; scopes: readonly string[]; name?: string | null }>
type CreateOptions = ApiOptions & Readonly<{ app: string; scope: readonly string[]; name?: string; json?: true }>

export function registerKeys(program: Command, terminal: Terminal): void {
  const keys = program.command('keys').description('API keys')
  withApiOptions(keys.command('create'))
    .description('Create an API key; its secret is shown once')
    .option('--app <app>', 'the app it belongs to', 'demo')
    .requiredOption('--scope <scope...>', `one or more of ${scopes.join(', ')}`)
    .option('--name <name>', 'a name to know it by')
    .option('--json', 'print JSON')
    .action(async (options: CreateOptions) => {
      const unknown = options.scope.filter((scope) => !(scopes as readonly string[]).includes(scope))
      if (unknown.length > 0) throw new UsageError(`unknown scope: ${unknown.join(', ')}`)
      const api = await connectApi(options)
      const body = { app: options.app, scopes: options.scope, ...(options.name ? { name: options.name } : {}) }
      const created = (await api.call('POST', '/v1/keys', body)) as { id: string; key: string }
      terminal.out(options.json ? JSON.stringify(created) : created.key)
    })
  withApiOptions(keys.command('list'))
    .description('The keys of the tenant, without their secrets')
    .option('--json', 'print one JSON key per line')
    .action(async (options: ApiOptions & Readonly<{ json?: true }>) => {
      for await (const key of everyKey(await connectApi(options)))
        terminal.out(
          options.json ? JSON.stringify(key) : `${key.id}  ${key.app}  ${key.scopes.join(',')}  ${key.name ?? ''}`,
        )
    })
  withApiOptions(keys.command('revoke <id>'))
    .description('Revoke a key; it holds everywhere within a second')
    .option('--json', 'print JSON')
    .action(async (id: string, options: ApiOptions & Readonly<{ json?: true }>) => {
      const api = await connectApi(options)
      await api.call('DELETE', `/v1/keys/${encodeURIComponent(id)}`)
      terminal.out(options.json ? JSON.stringify({ revoked: id }) : 'revoked')
    })
}

/** Page by page, however many there are. */
async function* everyKey(api: Api): AsyncGenerator<KeyItem> {
  let cursor = ''
  do {
    const path = `/v1/keys?limit=1000${cursor === '' ? '' : `&cursor=${cursor}`}`
    const { items, next = '' } = (await api.call('GET', path)) as { items: readonly KeyItem[]; next?: string }
    yield* items
    cursor = next
  } while (cursor !== '')
}
