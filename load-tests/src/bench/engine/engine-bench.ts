import { builtInPolicy } from '@watchword/policy'
import { assess, observe } from '@watchword/risk-engine'
import type { Bench } from '../measure/bench.ts'
import { interleave } from '../measure/interleave.ts'
import { judgedActivities } from './judged-activities.ts'

const users = 2_000
const activitiesPerRound = 200_000

export const engineBench: Bench = {
  name: 'engine',
  question: 'assessments of the risk engine on one core against JSON.parse of the same activities',
  async run() {
    const { compiled } = builtInPolicy()
    const cases = judgedActivities(users, compiled)
    const texts = cases.map(({ activity }) => JSON.stringify(activity))
    const decisions = new Map<string, number>()
    for (const { activity, profile } of cases) {
      const { decision } = assess(activity, profile, compiled)
      decisions.set(decision, (decisions.get(decision) ?? 0) + 1)
    }

    let kept = 0
    const perSecond = (work: (index: number) => unknown) => async (): Promise<number> => {
      const began = performance.now()
      for (let done = 0; done < activitiesPerRound; done += 1) if (work(done % users) !== undefined) kept += 1
      return activitiesPerRound / ((performance.now() - began) / 1000)
    }
    const assessed = perSecond((index) => {
      const one = cases[index]
      return one && assess(one.activity, one.profile, compiled).score
    })
    const observed = perSecond((index) => {
      const one = cases[index]
      return one && observe(one.profile, one.activity, assess(one.activity, one.profile, compiled))
    })
    const parsed = perSecond((index) => JSON.parse(texts[index] ?? '') as unknown)
    const judged = await interleave(assessed, parsed)
    const learned = await interleave(observed, parsed)

    const unit = 'activities/s'
    const baseline = { label: 'JSON.parse', unit }
    return {
      comparisons: [
        {
          name: 'assess',
          product: { label: 'assess', unit: 'assessments/s', values: judged.product },
          baseline: { ...baseline, values: judged.baseline },
          aims: [{ of: 'product', atLeast: 100_000 }],
        },
        {
          name: 'assess and learn',
          product: { label: 'assess, observe', unit, values: learned.product },
          baseline: { ...baseline, values: learned.baseline },
          aims: [],
        },
      ],
      information: [],
      setting: [
        `${users} users, twelve logins each from two devices and three addresses; of ten activities seven from a known context, two from a new address, one from a new device abroad`,
        `decisions: ${[...decisions].map(([decision, count]) => `${decision} ${count}`).join(', ')}; ${texts[0]?.length} bytes of JSON an activity`,
        `one thread, ${activitiesPerRound} activities a round, built-in policy (balanced), no rules, ${kept} results looked at`,
      ],
    }
  },
}
