import { describe } from 'node:test'
import { appendCases } from './append-cases.ts'
import { type ContractOptions, type CreateHarness, createScenes } from './contract-harness.ts'
import { groupCases } from './group-cases.ts'
import { keepingCases } from './keeping-cases.ts'
import { modelCases } from './model-cases.ts'
import { tailCases } from './tail-cases.ts'

/** Registers with node:test the suite that every driver of the log passes; each case has a log of its own. */
export function eventLogContract(name: string, createHarness: CreateHarness, options: ContractOptions): void {
  const inScene = createScenes(createHarness, options)
  describe(`${name} keeps the contract of the log`, () => {
    appendCases(inScene)
    tailCases(inScene)
    groupCases(inScene)
    keepingCases(inScene, options.maintains)
    modelCases(inScene, options.histories ?? 20)
  })
}
