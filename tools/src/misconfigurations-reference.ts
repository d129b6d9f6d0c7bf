import { misconfigurations } from '@watchword/cli'
import { code, generatedPage, markdownTable } from './markdown.ts'

const introduction = `What is most often wrong where Watchword does not start, or does not do what it should. \`watchword doctor\` finds each of them and changes
nothing:

\`\`\`sh doctor
npx watchword doctor                                                  # watchword up and its folder
npx watchword doctor --services session-guard notifier                # services, by the WATCHWORD_* variables there are
npx watchword doctor --services scorer=scorer.yaml --json             # by the file that a service reads
\`\`\`

With \`--services\` it reads what the process of a service would read in its place, so run it where that runs, as the same user: in its container, with its variables and its files. It then
looks at its folder and its secrets, and asks Kafka, the schema registry and ClickHouse as that service. Several services in one call are also compared with each other.

A finding has \`check\`, \`severity\`, \`code\`, \`setting\` (the key at fault), \`detail\` and \`remedy\`; \`--json\` prints one in a line. The exit code is 1 when there is an error, 0 when there are only
warnings, 2 for a wrong use. Nothing that is said holds a secret. All codes: [failure modes](../failure-modes.md#command-line).`

const limits = `The clocks of brokers are not asked: Kafka's protocol does not tell them. Whether a client has every single right that it needs is seen when it uses it; \`watchword topics acls --apply\` says what
is missing. Number and settings of replicas, and of a topic all but its partitions, are seen by an administrator alone: give the doctor those of \`kafka.sasl\`, or use \`watchword topics plan\`.`

/** The page on the commonest misconfigurations. */
export function misconfigurationsReference(): string {
  return generatedPage('Misconfigurations', "the doctor's own list in apps/cli", [
    introduction,
    markdownTable(
      ['', 'What is wrong', 'What one sees', 'Code: what to do'],
      misconfigurations.map(({ what, seen, signs }, index) => [
        String(index + 1),
        what,
        seen,
        Object.entries(signs)
          .map(
            ([name, { severity, remedy }]) => `${code(name)}${severity === 'warning' ? ' (warning)' : ''}: ${remedy}`,
          )
          .join('<br>'),
      ]),
    ),
    limits,
  ])
}
