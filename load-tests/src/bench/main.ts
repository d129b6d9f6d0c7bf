import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { analyticsBench } from './analytics/analytics-bench.ts'
import { auditBench } from './audit/audit-bench.ts'
import { checkHttpBench } from './check/check-http-bench.ts'
import { replicaBench } from './check/replica-bench.ts'
import { cloneBench } from './clone/clone-bench.ts'
import { engineBench } from './engine/engine-bench.ts'
import { ingestBench } from './ingest/ingest-bench.ts'
import { kafkaIngestBench } from './kafka/kafka-ingest-bench.ts'
import { kafkaPushBench } from './kafka/kafka-push-bench.ts'
import type { Bench } from './measure/bench.ts'
import { judge } from './measure/judgement.ts'
import { loadAverage, machine } from './measure/machine.ts'
import { type Report, referenceOf, tableOf, writeReport } from './measure/report.ts'
import { nginxBench } from './nginx/nginx-bench.ts'
import { pushBench } from './push/push-bench.ts'
import { kafkaGrowthBench } from './scorer/kafka-growth-bench.ts'
import { kafkaScorerBench } from './scorer/kafka-scorer-bench.ts'
import { kafkaRestoreBench } from './restore/kafka-restore-bench.ts'
import { restartBench } from './restart/restart-bench.ts'
import { socketsBench } from './sockets/sockets-bench.ts'

const benches: readonly Bench[] = [
  engineBench,
  replicaBench,
  checkHttpBench,
  nginxBench,
  ingestBench,
  pushBench,
  socketsBench,
  restartBench,
  cloneBench,
  auditBench,
  analyticsBench,
  kafkaIngestBench,
  kafkaScorerBench,
  kafkaPushBench,
  kafkaRestoreBench,
  kafkaGrowthBench,
]

async function runOne(bench: Bench): Promise<void> {
  const before = loadAverage()
  const startedAt = new Date()
  const result = await bench.run()
  const report: Report = {
    bench: bench.name,
    question: bench.question,
    startedAt: startedAt.toISOString(),
    durationSeconds: Math.round((Date.now() - startedAt.getTime()) / 1000),
    loadAverage: { before, after: loadAverage() },
    machine: machine(),
    ...judge(result),
  }
  const file = writeReport(report)
  console.log(`${tableOf(report, referenceOf(bench.name))}\n  - ${file}`)
}

/** Each bench in a process of its own: what one did to the heap and the compiler is not the next one's business. */
function runEach(names: readonly string[]): number {
  let failed = 0
  for (const name of names) {
    const run = spawnSync(process.execPath, [...process.execArgv, fileURLToPath(import.meta.url), name], {
      stdio: 'inherit',
    })
    if (run.status !== 0) failed += 1
  }
  return failed
}

const names = process.argv.slice(2)
const known = benches.map(({ name }) => name)
const unknown = names.filter((name) => !known.includes(name))
const [only, ...others] = names
if (unknown.length > 0) {
  console.error(`no such bench: ${unknown.join(', ')}; there are ${known.join(', ')}`)
  process.exitCode = 2
} else if (only !== undefined && others.length === 0) {
  const bench = benches.find(({ name }) => name === only)
  if (bench) await runOne(bench)
} else {
  process.exitCode = runEach(names.length === 0 ? known : names) === 0 ? 0 : 1
}
