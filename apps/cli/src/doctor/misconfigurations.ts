/** `error`: something does not work, or is not safe. `warning`: it works, worse than it should. */
export type Severity = 'error' | 'warning'

/** Codes that nobody but the doctor says; the others are those of the part that found the fault. */
export type DoctorErrorCode =
  | 'node-too-old'
  | 'descriptors-too-few'
  | 'topic-missing'
  | 'topic-drift'
  | 'schema-missing'
  | 'migrations-pending'
  | 'migrations-newer'
  | 'secret-exposed'
  | 'secret-reused'
  | 'secrets-differ'
  | 'clock-skewed'
  | 'data-folder-missing'
  | 'data-folder-unwritable'
  | 'data-folder-volatile'
  | 'disk-nearly-full'
  | 'origin-invalid'
  | 'origin-insecure'
  | 'rp-id-foreign'
  | 'not-ready'
  | 'check-failed'

/** A code of a misconfiguration. */
type Sign = Readonly<{ severity: Severity; remedy: string }>

/** Something that is often wrong: what one sees of it without the doctor, and the codes by which it is found. */
export type Misconfiguration = Readonly<{ what: string; seen: string; signs: Readonly<Record<string, Sign>> }>

const error = (remedy: string): Sign => ({ severity: 'error', remedy })
const warning = (remedy: string): Sign => ({ severity: 'warning', remedy })

/** The commonest misconfigurations, in the order in which the doctor looks for them. */
export const misconfigurations: readonly Misconfiguration[] = [
  {
    what: 'A configuration that cannot be used: a misspelt variable, a file that is not mounted, a secret that is none',
    seen: 'The process ends with 1 at its start and lists every fault.',
    signs: { 'config-invalid': error('Set the key that is named, or take the variable away.') },
  },
  {
    what: 'A machine that is not made for it',
    seen: 'A syntax error at the start; or connections are refused (`EMFILE`) long before the processor is busy.',
    signs: {
      'node-too-old': error('Run it with Node.js 24 or later.'),
      'descriptors-too-few': warning('Raise the limit: LimitNOFILE of systemd, ulimits.nofile of Docker.'),
    },
  },
  {
    what: 'A data folder that does not hold',
    seen: '503 `log-unavailable`, `state-unwritable`; or all of it is gone after a restart.',
    signs: {
      'data-folder-missing': error('Start the platform once, or name its folder.'),
      'data-folder-unwritable': error('Give the folder to the user that the process runs as, and mount it writable.'),
      'data-folder-volatile': warning('Put the folder on a disk: what is in memory is gone after a restart.'),
      'disk-nearly-full': warning('Free space, or take a larger disk.'),
    },
  },
  {
    what: 'Secrets that others can read, that serve two purposes, or that are not the same where they must be',
    seen: 'Nothing, or 401 `invalid-credentials` for every link in a mail.',
    signs: {
      'secret-exposed': error("Make it its owner's alone: chmod go-rwx."),
      'secret-reused': error('Make a secret of its own for each purpose: watchword secrets.'),
      'secrets-differ': error('Mount the same file for both: report-key of watchword secrets.'),
    },
  },
  {
    what: 'A Kafka cluster that is not reached, or does not let the service in',
    seen: 'The process ends with 1 after its attempts to connect.',
    signs: {
      'log-unavailable': error('Look whether the brokers run, and whether TLS is on at both ends.'),
      'log-access-refused': error('Correct user and password, and set the rights: watchword topics acls --apply.'),
    },
  },
  {
    what: 'Topics that are missing, or kept otherwise than declared',
    seen: '`topic-mismatch` at the start; or records are lost with one broker, or are gone too early.',
    signs: {
      'topic-missing': error('Make them: watchword topics apply. A client without rights does not see them either.'),
      'topic-drift': warning('Raise them to what is declared: watchword topics apply.'),
      'partitions-differ': error('Take another cluster, or move the records: partitions are chosen once.'),
      'cleanup-differs': error('Look who made the topic: the other policy drops records that are needed.'),
      'replication-too-low': warning('Give it more replicas: kafka-reassign-partitions.sh.'),
    },
  },
  {
    what: 'A schema registry that is not reached, or has other schemas',
    seen: 'The process ends with 1; or a partition stands still.',
    signs: {
      'schema-registry-unavailable': error('Look whether it runs, and whether the address is the right one.'),
      'schema-registry-refused': error('Correct user and password, and the path where its Confluent API begins.'),
      'schema-incompatible': error('Look who else registers there; take the build that fits: watchword schemas check.'),
      'schema-missing': warning('Register them: watchword schemas register.'),
    },
  },
  {
    what: 'A ClickHouse that is not reached, does not know the user, or has other tables',
    seen: 'Reports are answered 503 `store-unavailable`; the audit waits.',
    signs: {
      'clickhouse-url-invalid': error('Write it with its scheme: http://clickhouse:8123.'),
      'clickhouse-unreachable': error(
        'Look whether it runs; the port is that of HTTP (8123), not of the native protocol.',
      ),
      'clickhouse-timeout': error('Look at its load, and for a firewall that drops packets.'),
      'clickhouse-access-refused': error('Correct user and password; give the user rights to its database.'),
      'clickhouse-query-refused': error('Look whether it is a ClickHouse that answers there.'),
      'migrations-pending': warning('Start the auditor of this build: it makes the tables.'),
      'migrations-newer': warning('Start the auditor of the newer build, and no other one.'),
      'migration-changed': error('Use one build for one database.'),
      'migration-out-of-order': error('Use one build for one database.'),
    },
  },
  {
    what: 'An address at which no platform answers: a wrong port, another program, or a proxy without the platform behind it',
    seen: 'Every command of `watchword` with `--url`, and every SDK, ends with an error or waits.',
    signs: {
      unreachable: error('Look whether it runs, and for its host and port.'),
      'not-watchword': error('Look what listens there, and where the proxy in front of the platform sends it.'),
    },
  },
  {
    what: 'Clocks that differ',
    seen: 'Right codes are wrong (`verification-failed`), tickets expire before they are used, activities are refused.',
    signs: { 'clock-skewed': error('Let every machine take its time from NTP: chrony or systemd-timesyncd.') },
  },
  {
    what: "Origins that are none, and passkeys for a domain that is not the page's",
    seen: '403 `origin-not-allowed`; `wrong-origin` or `wrong-rp` for every passkey.',
    signs: {
      'origin-invalid': error('Write it as the browser does: https://app.example.com, no slash, no path, no capitals.'),
      'origin-insecure': warning(
        'Serve the page by https: browsers have no passkeys on another one, but for localhost.',
      ),
      'rp-id-foreign': error("Take the page's own domain, or one that it ends with."),
    },
  },
]
