import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'

/**
 * Runs test files in as many processes as there are processors, each its share of the files one after the other. A process for each file, the
 * test runner's default, spends more time on loading what the files have in common than on the tests.
 */
async function testInShards(patterns: readonly string[]): Promise<boolean> {
  const shards = availableParallelism()
  const passed = await Promise.all(
    Array.from({ length: shards }, (_, index) => testShard(`${index + 1}/${shards}`, patterns)),
  )
  return passed.every(Boolean)
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
