import { DockerfileParser, type Instruction, type JSONInstruction, ModifiableInstruction } from 'dockerfile-ast'

/** One step of an image, variables not yet expanded. */
export type Step =
  | Readonly<{ kind: 'from'; image: string }>
  | Readonly<{ kind: 'workdir'; path: string }>
  | Readonly<{ kind: 'copy'; from: string; to: string }>
  | Readonly<{ kind: 'run'; command: string }>
  | Readonly<{ kind: 'env'; variables: readonly (readonly [name: string, value: string])[] }>
  | Readonly<{ kind: 'user'; name: string }>
  | Readonly<{ kind: 'entrypoint' | 'command'; words: readonly string[] }>

/** The steps of a Dockerfile in their order. Throws for an instruction, or a form of one, that is not known here: none is left out. */
export function readDockerfile(text: string): readonly Step[] {
  return DockerfileParser.parse(text).getInstructions().map(stepOf)
}

function stepOf(instruction: Instruction): Step {
  if (instruction instanceof ModifiableInstruction && instruction.getFlags().length > 0) throw unknown(instruction)
  const keyword = instruction.getKeyword()
  const words = instruction.getArguments().map((argument) => argument.getValue())
  const [first = '', second = '', ...others] = words
  const alone = second === ''
  if (keyword === 'FROM' && alone) return { kind: 'from', image: first }
  if (keyword === 'WORKDIR' && alone) return { kind: 'workdir', path: first }
  if (keyword === 'USER' && alone) return { kind: 'user', name: first }
  if (keyword === 'COPY' && others.length === 0) return { kind: 'copy', from: first, to: second }
  // Lines that go on stand in the raw text as they are, and the shell reads them so, too.
  if (keyword === 'RUN' && !first.startsWith('['))
    return { kind: 'run', command: instruction.getRawArgumentsContent() ?? '' }
  if (keyword === 'ENV') return { kind: 'env', variables: words.map(variableOf) }
  if (keyword === 'ENTRYPOINT') return { kind: 'entrypoint', words: jsonWords(instruction) }
  if (keyword === 'CMD') return { kind: 'command', words: jsonWords(instruction) }
  throw unknown(instruction)
}

function unknown(instruction: Instruction): Error {
  return new Error(`not a step that can be taken here: ${instruction.toString()}`)
}

function variableOf(word: string): readonly [name: string, value: string] {
  const [, name, value = ''] = /^(\w+)=(.*)$/.exec(word) ?? []
  if (name === undefined) throw new Error(`not NAME=value: ${word}`)
  return [name, value]
}

/** Of the form `["node", "main.ts"]`, which starts no shell. */
function jsonWords(instruction: Instruction): readonly string[] {
  const json = instruction as JSONInstruction
  if (json.getOpeningBracket() === null || json.getClosingBracket() === null)
    throw new Error(`not in the form of JSON: ${instruction.toString()}`)
  return JSON.parse(instruction.getRawArgumentsContent() ?? '') as readonly string[]
}
