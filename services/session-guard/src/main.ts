import { runService } from '@watchword/service-host'
import { sessionGuardProcessSchema } from './process-config.ts'
import { startSessionGuard } from './start-session-guard.ts'

const code = await runService(
  {
    service: 'session-guard',
    schema: sessionGuardProcessSchema,
    args: process.argv.slice(2),
    env: process.env,
    process,
    complain: (line) => process.stderr.write(`${line}\n`),
  },
  startSessionGuard,
)
process.exit(code)
