import { runService } from '@watchword/service-host'
import { notifierProcessSchema } from './process-config.ts'
import { startNotifier } from './start-notifier.ts'

const code = await runService(
  {
    service: 'notifier',
    schema: notifierProcessSchema,
    args: process.argv.slice(2),
    env: process.env,
    process,
    complain: (line) => process.stderr.write(`${line}\n`),
  },
  startNotifier,
)
process.exit(code)
