import { runService } from '@watchword/service-host'
import { sessionGuardProcessSchema } from './process-config.ts'
import { parseSecrets } from './secrets.ts'
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
  async ({ guard }, host) => startSessionGuard({ guard, secrets: parseSecrets(guard.secrets, 'guard.secrets') }, host),
)
process.exit(code)
