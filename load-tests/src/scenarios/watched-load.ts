import type { Stream } from './open-load.ts'
import { runOpenLoad } from './open-load.ts'
import { type Resources, watchResources } from './resources.ts'
import type { Run } from './run.ts'
import type { Sample } from './samples.ts'

/** Runs streams to their end while the resources of the platform are watched. */
export async function watchedLoad(
  { platform, verdicts }: Pick<Run, 'platform' | 'verdicts'>,
  streams: readonly Stream[],
): Promise<Readonly<{ samples: readonly Sample[]; resources: readonly Resources[] }>> {
  const samples: Sample[] = []
  const watch = watchResources(platform.metrics)
  await runOpenLoad(streams, (sample) => samples.push(sample))
  await watch.stop()
  verdicts.expect(
    'no process of the platform ends',
    platform.ended().length === 0,
    () => `${platform.ended().join(', ')} ended`,
  )
  return { samples, resources: watch.seen }
}
