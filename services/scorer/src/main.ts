import { runService } from '@watchword/service-host'
import { scorerProcessSchema } from './process-config.ts'
import { startScorer } from './start-scorer.ts'

const code = await runService(
  {
    service: 'scorer',
    schema: scorerProcessSchema,
    args: process.argv.slice(2),
    env: process.env,
    process,
    complain: (line) => process.stderr.write(`${line}\n`),
  },
  (_config, host) => startScorer(host),
)
process.exit(code)
