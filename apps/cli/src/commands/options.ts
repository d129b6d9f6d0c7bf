import { type Command, InvalidArgumentError } from 'commander'
import { platformUrl } from '../api.ts'

/** Adds `--url`, `--key` and `--data`, which every command that talks to a running platform takes. */
export function withApiOptions(command: Command): Command {
  return command
    .option('--url <url>', 'where the platform listens', platformUrl, 'http://127.0.0.1:8080')
    .option('--key <key>', "an API key; default: the data folder's dev-key")
    .option('--data <directory>', 'the data folder', '.watchword')
}

/** Parses a whole number in a range. */
export function wholeNumber(from: number, to: number): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!Number.isInteger(value) || value < from || value > to)
      throw new InvalidArgumentError(`must be a whole number from ${from} to ${to}`)
    return value
  }
}
