import { runService } from '@watchword/service-host'
import { auditorProcessSchema } from './process-config.ts'
import { startAuditor } from './start-auditor.ts'

const code = await runService(
  {
    service: 'auditor',
    schema: auditorProcessSchema,
    args: process.argv.slice(2),
    env: process.env,
    process,
    complain: (line) => process.stderr.write(`${line}\n`),
  },
  startAuditor,
)
process.exit(code)
