import { repositoryText } from './repository.ts'

/** A fenced block of a document. Behind the language a mark says how it is tested, as in "```sh run". */
export type CodeBlock = Readonly<{ document: string; line: number; language: string; mark: string; text: string }>

const fence = /^(?<indent> *)```(?<language>[a-z]*)(?: (?<mark>[a-z-]+))?\n(?<text>.*?)^ *```$/gms

/** Every block of a document, in order; those of lists without their indentation. */
export function blocksOf(document: string): readonly CodeBlock[] {
  const page = repositoryText(document)
  return [...page.matchAll(fence)].map(({ index, groups = {} }) => ({
    document,
    line: page.slice(0, index).split('\n').length,
    language: groups['language'] ?? '',
    mark: groups['mark'] ?? '',
    text: (groups['text'] ?? '').replaceAll(new RegExp(`^${groups['indent'] ?? ''}`, 'gm'), ''),
  }))
}

/** The texts of a document's blocks that carry this mark. */
export function codeBlocks(document: string, mark: string): readonly string[] {
  return blocksOf(document).flatMap((block) => (block.mark === mark ? [block.text] : []))
}
