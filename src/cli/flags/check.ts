import { Flags } from '@oclif/core'
import { configFilesThatRun, ownBroker, runnableKinds } from '../../brokers/index.js'
import { noProxySentence } from '../../brokers/no-proxy.js'
import { parseShard } from '../../check/select.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { oneOf } from '../../kernel/one-of.js'
import type { BrokerChoice, CheckRequest } from '../../stories/check/request.js'
import { parseFault } from '../../stories/tap/faults.js'
import { caseReporterFlag } from './reporter.js'
import { type WhereaboutsValues, whereaboutsFlags, whereaboutsOf } from './whereabouts.js'

export const checkFlags = {
  dir: Flags.string({
    helpGroup: 'FILES',
    description: 'a folder made by gen all (edits are fine)',
    helpValue: 'DIR',
    exclusive: ['haproxy-config', 'broker-config'],
  }),
  'haproxy-config': Flags.string({
    helpGroup: 'FILES',
    description: 'your own haproxy.cfg; several are read in this order, as by haproxy -f',
    multiple: true,
    helpValue: 'FILE',
  }),
  'broker-config': Flags.string({
    helpGroup: 'FILES',
    description: `your own ${oneOf(configFilesThatRun)}`,
    multiple: true,
    helpValue: 'FILE',
  }),
  ...whereaboutsFlags('FILES'),
  'allow-exec': Flags.boolean({
    helpGroup: 'FILES',
    description: "run the files' own code too: Lua, external checks, programs, plugins (see docs/what-runs.md)",
  }),
  isolation: Flags.boolean({
    helpGroup: 'FILES',
    description: 'run the programs of your files in namespaces: no network but loopback, no writes outside the sandbox',
    default: true,
    allowNo: true,
  }),
  haproxy: Flags.string({
    helpGroup: 'PROGRAM',
    description: 'comma-separated programs or versions: 2.6,3.2',
    helpValue: 'LIST',
  }),
  broker: Flags.string({
    helpGroup: 'PROGRAM',
    description: `${runnableKinds.join(', ')}; comma-separated, a version after @: embedded,mosquitto@2.1 (default ${ownBroker}, with --dir the one its files are for)`,
    helpValue: 'LIST',
  }),
  'broker-bin': Flags.string({ helpGroup: 'PROGRAM', description: 'the program of that broker', helpValue: 'PROGRAM' }),
  transport: Flags.option({ options: ['tcp', 'tls', 'ws', 'wss'] as const })({
    helpGroup: 'CLIENT',
    description: 'protocol of the clients',
  }),
  ip: Flags.option({ options: ['4', '6'] as const })({
    helpGroup: 'CLIENT',
    description: 'use loopback addresses of this family',
  }),
  username: Flags.string({
    helpGroup: 'CLIENT',
    char: 'u',
    description: 'username for a broker that requires a login (your own files)',
    helpValue: 'NAME',
  }),
  password: Flags.string({
    helpGroup: 'CLIENT',
    char: 'P',
    description: 'its password; - reads a line of stdin, which keeps it out of the process list',
    helpValue: 'PASSWORD',
    exclusive: ['password-file'],
    dependsOn: ['username'],
  }),
  'password-file': Flags.string({
    helpGroup: 'CLIENT',
    description: 'read the password from the first line of this file',
    helpValue: 'FILE',
    dependsOn: ['username'],
  }),
  mqtt: Flags.option({ options: ['3.1.1', '5.0'] as const })({
    helpGroup: 'CLIENT',
    description: 'use only this version of MQTT',
  }),
  jobs: Flags.integer({
    helpGroup: 'RUN',
    helpValue: 'N',
    char: 'j',
    description: 'scenarios at a time',
    default: 4,
    min: 1,
    max: 64,
  }),
  timeout: Flags.string({
    helpGroup: 'RUN',
    char: 'W',
    description: 'time limit of one attempt: 5s, 800ms',
    default: '5s',
    helpValue: 'TIME',
  }),
  retries: Flags.integer({
    helpGroup: 'RUN',
    helpValue: 'N',
    description: 'retry a failed check up to N times; report it as flaky if it then passes',
    default: 0,
    min: 0,
    max: 10,
  }),
  'repeat-each': Flags.integer({
    helpGroup: 'RUN',
    helpValue: 'N',
    description: 'run each check this many times',
    default: 1,
    min: 1,
    max: 1000,
  }),
  bail: Flags.boolean({ helpGroup: 'RUN', description: 'stop at the first failure' }),
  'last-failed': Flags.boolean({ helpGroup: 'RUN', description: 'only what failed in the last run' }),
  shard: Flags.string({ helpGroup: 'RUN', description: 'run shard I of N', helpValue: 'I/N' }),
  strict: Flags.boolean({ helpGroup: 'RUN', description: 'skips, flakes and known deviations fail the run too' }),
  require: Flags.string({
    helpGroup: 'PROGRAM',
    description: 'exit 3 unless these programs are installed: haproxy>=2.6,mosquitto>=2.1',
    helpValue: 'LIST',
  }),
  behaviour: Flags.boolean({ description: 'reload, failures, health checks, idle clients, load (behaviour/NAME)' }),
  keep: Flags.boolean({
    helpGroup: 'OUTPUT',
    description:
      'leave the sandbox folders; after a good run also the programs and one client each, until Ctrl-C (not in CI)',
  }),
  tap: Flags.boolean({ helpGroup: 'OUTPUT', description: 'show what flows between HAProxy and the broker, on stderr' }),
  fault: Flags.string({
    description:
      'inject this fault between HAProxy and the broker and check that the stack stays healthy (see tap --help)',
    helpValue: 'NAME[=VALUE]',
    multiple: true,
  }),
  artifacts: Flags.string({
    helpGroup: 'OUTPUT',
    description: 'folder for the files about each failure',
    default: '.mqtt-proxy/last',
    helpValue: 'DIR',
  }),
  list: Flags.boolean({
    helpGroup: 'OUTPUT',
    description: 'list the checks and exit',
    exclusive: ['print-config', 'reporter'],
  }),
  'print-config': Flags.boolean({
    helpGroup: 'OUTPUT',
    description: 'show the files as they would run in the sandbox, and exit',
    exclusive: ['reporter'],
  }),
  reporter: caseReporterFlag,
}

interface CheckValues extends WhereaboutsValues {
  readonly dir?: string | undefined
  readonly 'haproxy-config'?: string[] | undefined
  readonly 'broker-config'?: string[] | undefined
  readonly 'allow-exec'?: boolean
  readonly haproxy?: string | undefined
  readonly broker?: string | undefined
  readonly 'broker-bin'?: string | undefined
  readonly transport?: CheckRequest['transport']
  readonly ip?: '4' | '6' | undefined
  readonly mqtt?: CheckRequest['mqtt']
  readonly username?: string | undefined
  readonly password?: string | undefined
  readonly 'password-file'?: string | undefined
  readonly jobs: number
  readonly timeout: string
  readonly retries: number
  readonly 'repeat-each': number
  readonly bail: boolean
  readonly shard?: string | undefined
  readonly strict: boolean
  readonly require?: string | undefined
  readonly keep: boolean
  readonly fault?: string[] | undefined
  readonly artifacts: string
}

export type CheckFlags = Omit<
  CheckRequest,
  'select' | 'now' | 'say' | 'env' | 'again' | 'againNamed' | 'onGroup' | 'login' | 'holder' | 'onTap'
> & {
  /** How the command that repeats a check logs in, without the password. */
  readonly loginWords: readonly string[]
}

/** @throws Fault (exit 2) for values that mean nothing */
export async function checkOptions(flags: CheckValues): Promise<CheckFlags> {
  const haproxyConfigs = flags['haproxy-config'] ?? []
  const brokerConfigs = flags['broker-config'] ?? []
  const brokers = parseBrokers(flags.broker ?? (await usualBroker(flags.dir)), flags['broker-bin'])
  refuseHalf(haproxyConfigs, brokerConfigs)
  if (flags.artifacts === '') {
    throw new Fault('MP-CHECK-OPTION', '--artifacts is empty', { exit: EXIT.usage, hints: ['name a folder'] })
  }
  const own = flags.dir !== undefined || haproxyConfigs.length > 0
  if (own && (flags.transport !== undefined || flags.ip !== undefined)) {
    throw new Fault('MP-CHECK-OPTION', '--transport and --ip are for generated files; yours say it themselves', {
      exit: EXIT.usage,
    })
  }
  if (!own && flags.username !== undefined) {
    throw new Fault('MP-CHECK-OPTION', '-u is for your own files: generated ones ask nobody for a name', {
      exit: EXIT.usage,
    })
  }
  return {
    loginWords: loginWords(flags),
    dir: flags.dir,
    haproxyConfigs,
    brokerConfigs,
    reading: {
      allowExec: flags['allow-exec'] === true,
      where: whereaboutsOf(flags),
    },
    haproxies: flags.haproxy === undefined ? [undefined] : listed(flags.haproxy, '--haproxy'),
    brokers,
    transport: flags.transport,
    ip: flags.ip === undefined ? undefined : flags.ip === '6' ? 6 : 4,
    mqtt: flags.mqtt,
    jobs: flags.jobs,
    keep: flags.keep,
    faults: (flags.fault ?? []).map((one) => parseFault(one, parseMs)),
    bail: flags.bail,
    retries: flags.retries,
    repeatEach: flags['repeat-each'],
    shard: flags.shard === undefined ? undefined : parseShard(flags.shard),
    strict: flags.strict,
    timeoutMs: parseMs(flags.timeout),
    require: flags.require === undefined ? [] : listed(flags.require, '--require'),
    artifacts: flags.artifacts,
  }
}

async function usualBroker(dir: string | undefined): Promise<string> {
  if (dir === undefined) return ownBroker
  const { brokerOfFolder } = await import('../../stories/check/folder-broker.js')
  return await brokerOfFolder(dir)
}

/** A password never stands in a command that we print: a file that holds it may. */
function loginWords(flags: CheckValues): readonly string[] {
  const { username, password, 'password-file': file } = flags
  if (username === undefined) return []
  const secret = file !== undefined ? ['--password-file', file] : password === undefined ? [] : ['-P', '-']
  return ['-u', username, ...secret]
}

function refuseHalf(haproxy: readonly string[], broker: readonly string[]): void {
  if (haproxy.length > 0 === broker.length > 0) return
  const [has, needs] =
    haproxy.length > 0 ? ['--haproxy-config', '--broker-config'] : ['--broker-config', '--haproxy-config']
  throw new Fault('MP-CHECK-OPTION', `${has} needs ${needs} beside it: the faults lie between the files`, {
    exit: EXIT.usage,
    hints: ['one file alone: mqtt-proxy lint FILE'],
  })
}

function parseBrokers(text: string, program: string | undefined): readonly BrokerChoice[] {
  return listed(text, '--broker').map((one) => {
    const [name = '', version] = one.split('@')
    const kind = runnableKinds.find((known) => known === name)
    if (kind !== undefined) return { kind, program: version ?? program }
    const near = nearest(name, runnableKinds)
    const without = noProxySentence(name)
    const said = without ?? (near === undefined ? undefined : `did you mean ${near}?`)
    throw new Fault('MP-CHECK-OPTION', `check cannot run a broker "${name}"`, {
      exit: EXIT.usage,
      hints: [...(said === undefined ? [] : [said]), `known: ${runnableKinds.join(', ')}`],
    })
  })
}

function listed(text: string, flag: string): string[] {
  const parts = [...new Set(text.split(',').map((part) => part.trim()))].filter((part) => part !== '')
  if (parts.length > 0) return parts
  throw new Fault('MP-CHECK-OPTION', `${flag} is empty`, { exit: EXIT.usage })
}

function parseMs(text: string): number {
  const match = /^(\d{1,6})(ms|s|m)?$/.exec(text)
  const unit = match?.[2] ?? 's'
  const ms = Number(match?.[1]) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000)
  if (ms > 0) return ms
  throw new Fault('MP-TIME', `"${text}" is not a valid time`, { exit: EXIT.usage, hints: ['write 5s or 800ms'] })
}
