import { readFileSync } from 'node:fs'
import { createDemoBank } from '@watchword/demo-bank'
import { version } from '@watchword/service-host'
import { createHttpServer, createIds, createLogger, createMetrics } from '@watchword/service-kit'
import { connectApi } from '../api.ts'
import { demoApp } from '../platform/first-key.ts'

export type BankAddress = Readonly<{
  /** Of the platform. */
  url: string
  key: string
  /** Where the bank listens, a free port of this machine. */
  bankUrl: string
}>

/** The demo bank on a server of its own, beside a platform in which it puts its policy in force. */
export async function openBank({ url, key, bankUrl }: BankAddress): Promise<Readonly<{ close: () => Promise<void> }>> {
  const policy = readFileSync(new URL(import.meta.resolve('@watchword/demo-bank/policy.yaml')), 'utf8')
  const api = await connectApi({ url, key, data: '' })
  await api.call('PUT', '/v1/policy', policy, { 'content-type': 'application/yaml' })
  const server = await createHttpServer(
    { title: 'bank', version },
    {
      logger: createLogger({ service: 'bank', version, level: 'silent' }),
      metrics: createMetrics({ service: 'bank', version }),
      newId: createIds(),
    },
  )
  const bank = createDemoBank({ watchwordUrl: url, key, app: demoApp, publicUrl: url })
  await bank.routes({ register: (plugin) => server.register(async (scope) => plugin(scope.withTypeProvider())) })
  await server.listen({ host: '127.0.0.1', port: Number(new URL(bankUrl).port) })
  return {
    async close() {
      await server.close()
      await bank.stop()
    },
  }
}
