import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

/** What a test leaves in memory stays until its process ends. */
const shardsPerProcessor = 3

/**
 * Runs test files in a few processes, as many at a time as there are processors, each its share of the files one after the other. A process
 * for each file, the test runner's default, spends more time on loading what the files have in common than on the tests.
 */
async function testInShards(patterns: readonly string[]): Promise<boolean> {
  const processors = availableParallelism()
  const shards = shardsPerProcessor * processors
  const left = Array.from({ length: shards }, (_, index) => `${index + 1}/${shards}`)
  let passed = true
  const work = async (): Promise<void> => {
    for (let shard = left.shift(); shard !== undefined; shard = left.shift())
      passed = (await testShard(shard, patterns)) && passed
  }
  await Promise.all(Array.from({ length: processors }, work))
  return passed
}

function testShard(shard: string, patterns: readonly string[]): Promise<boolean> {
  const options = ['--test', '--test-isolation=none', '--test-timeout=120000', `--test-shard=${shard}`]
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...options, ...patterns], {
    stdio: 'inherit',
  })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => resolve(code === 0))
  })
}

process.exitCode = (await testInShards(process.argv.slice(2))) ? 0 : 1
