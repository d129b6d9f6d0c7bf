import { architectureFaults } from './architecture-faults.ts'

const faults = architectureFaults()
for (const fault of faults) console.error(fault)
console.log(faults.length === 0 ? 'architecture: holds' : `architecture: ${faults.length} faults`)
process.exitCode = faults.length === 0 ? 0 : 1
