import { runService } from '@watchword/service-host'
import { ingestProcessSchema } from './process-config.ts'
import { startIngest } from './start-ingest.ts'

const code = await runService(
  {
    service: 'ingest',
    schema: ingestProcessSchema,
    args: process.argv.slice(2),
    env: process.env,
    process,
    complain: (line) => process.stderr.write(`${line}\n`),
  },
  startIngest,
)
process.exit(code)
