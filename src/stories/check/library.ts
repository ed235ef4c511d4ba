import { ownBroker, type RunnableKind, runnableKinds } from '../../brokers/index.js'
import type { Login } from '../../check/login.js'
import { oneOf, onlyKnown, wholeNumber } from '../../kernel/known-names.js'
import type { RunResult } from '../../kernel/result.js'
import type { ClientTransport, MqttVersion } from '../../scenarios/types.js'
import { againCommand, againNamed } from './again.js'
import { runCheck } from './check.js'
import { writeEvidence } from './evidence.js'
import { brokerOfFolder } from './folder-broker.js'
import { carefully } from './sources.js'

/** What `check` takes; everything has a default. */
export interface CheckOptions {
  /** Scenarios and checks by name: `proxy`, `proxy-mtls/no-certificate`. Default: all. */
  readonly select?: readonly string[]
  /** A folder with your haproxy.cfg and the broker's file, as `gen all` writes them. */
  readonly dir?: string
  /** Your own files instead of `dir`: paths; they are read, never written. */
  readonly haproxyConfig?: string | readonly string[]
  readonly brokerConfig?: string | readonly string[]
  /** Default `embedded`, with `dir` the broker that its files are for. */
  readonly broker?: RunnableKind
  /** Path or release of the broker's program. Default: the one that is found. */
  readonly brokerProgram?: string
  /** Path or release of HAProxy. Default: the one that is found. */
  readonly haproxy?: string
  /** How clients speak to generated scenarios. Default: as each scenario says. */
  readonly transport?: ClientTransport
  readonly ip?: 4 | 6
  /** Speak only this version. */
  readonly mqtt?: MqttVersion
  /** For your own files, where the broker asks for a name and a password. */
  readonly login?: Login
  /** Scenarios at once, 1 to 32. Default 2. */
  readonly jobs?: number
  /** Try a failed check so many times again, 0 to 10. Default 0. */
  readonly retries?: number
  /** Milliseconds for each attempt. Default 5000. */
  readonly timeoutMs?: number
  /** Known deviations of a broker fail too. Default false. */
  readonly strict?: boolean
  /** Stop at the first failure. Default false. */
  readonly bail?: boolean
  /** Keep the evidence of failures in this folder: configurations, logs, a recording. Default: none is kept. */
  readonly artifacts?: string
}

const known = [
  'select',
  'dir',
  'haproxyConfig',
  'brokerConfig',
  'broker',
  'brokerProgram',
  'haproxy',
  'transport',
  'ip',
  'mqtt',
  'login',
  'jobs',
  'retries',
  'timeoutMs',
  'strict',
  'bail',
  'artifacts',
] satisfies (keyof CheckOptions)[]

/**
 * Runs scenarios, or your own files, on a real HAProxy and a broker, as `mqtt-proxy check` does. A failed check is a
 * result (`ok` is false); what cannot be run is an error.
 * @throws Fault MP-OPTION (exit 2) for an option that it does not know, and the faults of the command: bad input (exit 2),
 *   a program that is not there (exit 3)
 */
export async function check(options: CheckOptions = {}): Promise<RunResult> {
  onlyKnown('check', options, known)
  oneOf('broker', options.broker, runnableKinds)
  oneOf('transport', options.transport, ['tcp', 'tls', 'ws', 'wss'])
  oneOf('ip', options.ip, [4, 6])
  oneOf('mqtt', options.mqtt, ['3.1.1', '5.0'])
  wholeNumber('jobs', options.jobs, 1, 32)
  wholeNumber('retries', options.retries, 0, 10)
  wholeNumber('timeoutMs', options.timeoutMs, 1, 600_000)
  const { artifacts, dir } = options
  const kind = options.broker ?? (dir === undefined ? ownBroker : await brokerOfFolder(dir))
  const named = { transport: options.transport, ip: options.ip, mqtt: options.mqtt }
  const { result, recordings } = await runCheck({
    ...named,
    select: options.select ?? [],
    dir: options.dir,
    haproxyConfigs: [options.haproxyConfig ?? []].flat(),
    brokerConfigs: [options.brokerConfig ?? []].flat(),
    reading: carefully,
    haproxies: [options.haproxy],
    brokers: [{ kind, program: options.brokerProgram }],
    login: options.login,
    jobs: options.jobs ?? 2,
    keep: false,
    faults: [],
    bail: options.bail ?? false,
    retries: options.retries ?? 0,
    repeatEach: 1,
    shard: undefined,
    strict: options.strict ?? false,
    timeoutMs: options.timeoutMs ?? 5000,
    require: [],
    artifacts: artifacts ?? '',
    now: new Date(),
    env: { node: process.version },
    say: () => {},
    again: (subject, row, job) => againCommand(named, subject, row, job),
    againNamed: (name, job) => againNamed(named, name, job),
  })
  return artifacts === undefined ? result : await writeEvidence(artifacts, result, recordings)
}
