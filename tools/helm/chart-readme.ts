import { code, generatedPage, markdownTable } from '../src/markdown.ts'
import { documentedValues } from './documented-values.ts'

const introduction = `Five services over a Kafka cluster, a schema registry and a ClickHouse that are there: the chart brings no database along. From nothing to a running release:
[deploy with Helm](../../../docs/how-to/deploy-with-helm.md).

| Service | Runs as | Keeps |
| --- | --- | --- |
| \`ingest\` | Deployment | nothing that is not in the cluster |
| \`scorer\` | StatefulSet | the state of its stages, in a volume of each replica |
| \`session-guard\` | StatefulSet | the state of its stage, in a volume of each replica |
| \`notifier\` | Deployment | nothing that is not in the cluster |
| \`auditor\` | StatefulSet | the signed checkpoints of the audit, in a volume of each replica |

Jobs before an install and an upgrade bring topics, schemas and tables to what the build needs. \`helm test\` asks every service whether it is ready. Secrets are named, never given:
the chart takes the names of Secrets that are there. Pods hold to the Pod Security Standard "restricted", and a NetworkPolicy lets nothing in or out that is not named.`

const rules = `- A pod of a StatefulSet is a member of the cluster's groups by its own name, so it comes back to the partitions whose states its volume holds.
- An upgrade to another image is not rolling: the chart refuses it while replicas of the build before run. Upgrade with \`suspended=true\`, then to the new image.
- Names of volumes and of what selects pods stay as they are for the life of a release.
- Whatever a Secret or ConfigMap of yours holds is read when a process starts: after a change, \`kubectl rollout restart\`.
- Paths of clients stand in [\`files/routes.yaml\`](files/routes.yaml). Two of them need a regular expression, which an Ingress has only by its controller's leave (\`ingress.regexAnnotations\`) and a gateway only where it
  supports \`RegularExpression\`.`

/** The README of the chart: what it makes, and every value with its meaning. */
export function chartReadme(values: string): string {
  const rows = documentedValues(values).map(({ path, default: value, meaning }) => [
    code(path),
    code(JSON.stringify(value)),
    meaning,
  ])
  return generatedPage('The chart watchword', 'deploy/helm/watchword/values.yaml', [
    introduction,
    '## What to know',
    rules,
    '## Values',
    'What is wrong is refused with the name of the value.',
    markdownTable(['Value', 'Default', 'Meaning'], rows),
  ])
}
