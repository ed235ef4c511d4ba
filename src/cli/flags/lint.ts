import { Flags } from '@oclif/core'
import { brokerOf, type ReadableKind, readableKinds, testedKinds } from '../../brokers/index.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { parseChoice } from '../../lint/explain.js'
import type { LintOptions } from '../../stories/lint/lint.js'
import { type WhereaboutsValues, whereaboutsFlags, whereaboutsOf } from './whereabouts.js'

/** One flag a broker that judges its files without running them. */
const brokerBins = Object.fromEntries(
  testedKinds.map((kind) => {
    const variable = brokerOf(kind).run?.variable
    const env = variable === undefined ? {} : { env: variable }
    return [`${kind}-bin`, Flags.string({ description: `the ${kind} program`, ...env, helpValue: 'PATH' })]
  }),
)

/** Flags of `lint` that say what is read and judged. */
export const lintFlags = {
  haproxy: Flags.string({
    description: 'a HAProxy file or folder; several are read as one process, as with haproxy -f',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'FILE',
  }),
  broker: Flags.string({ description: 'a broker file', multiple: true, multipleNonGreedy: true, helpValue: 'FILE' }),
  'broker-kind': Flags.option({ options: readableKinds })({
    description: 'kind of the --broker files (and stdin), if it is not detected',
  }),
  certs: Flags.string({ description: 'a folder with client certificates, to check CN and CA', helpValue: 'DIR' }),
  'mosquitto-version': Flags.string({ description: 'the release the file is for', helpValue: '2.0.18' }),
  'haproxy-version': Flags.string({
    description: 'the release the files are for (conditions, keywords); default: the one found, else 3.4',
    helpValue: '2.6.12',
    parse: async (text) => parseHaproxyVersion(text),
  }),
  keepalive: Flags.integer({
    helpValue: 'SECONDS',
    description: 'longest keepalive of the clients, seconds',
    default: 60,
    min: 1,
    max: 65535,
  }),
  select: Flags.string({
    description: 'only these rules: codes or beginnings (MP4)',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'CODE',
  }),
  ignore: Flags.string({ description: 'skip these rules', multiple: true, multipleNonGreedy: true, helpValue: 'CODE' }),
  'fail-on': Flags.option({ options: ['error', 'warning', 'info', 'style'] as const })({
    description: 'exit 1 for findings of this severity and above (inclusive)',
    default: 'warning',
  }),
  programs: Flags.boolean({
    description: `ask haproxy -c and ${testedKinds.join(', ')} too, where found`,
    default: true,
    allowNo: true,
  }),
  'allow-exec': Flags.boolean({
    description: "let those programs load the files' own code too: Lua, plugins (see docs/what-runs.md)",
  }),
  isolation: Flags.boolean({
    description: 'run those programs in namespaces: no network, no writes outside the sandbox',
    default: true,
    allowNo: true,
  }),
  'haproxy-bin': Flags.string({ description: 'the haproxy program', env: 'HAPROXY_PROGRAM', helpValue: 'PATH' }),
  ...brokerBins,
  ...whereaboutsFlags(),
}

interface ParsedFlags extends WhereaboutsValues {
  readonly haproxy: string[] | undefined
  readonly broker: string[] | undefined
  readonly 'broker-kind': ReadableKind | undefined
  readonly certs: string | undefined
  readonly 'mosquitto-version': string | undefined
  readonly 'haproxy-version': string | undefined
  readonly keepalive: number
  readonly select: string[] | undefined
  readonly ignore: string[] | undefined
  readonly 'fail-on': 'error' | 'warning' | 'info' | 'style'
  readonly programs: boolean
  readonly 'allow-exec': boolean
  readonly isolation: boolean
  readonly 'haproxy-bin': string | undefined
  readonly [bin: `${string}-bin`]: string | undefined
}

/** @throws Fault MP-LINT-RULE (exit 2) for a rule that does not exist */
export function lintOptions(
  paths: readonly string[],
  flags: ParsedFlags,
  around: Pick<LintOptions, 'env' | 'stdin' | 'now'>,
): LintOptions {
  const select = parseChoice(flags.select)
  const ignore = parseChoice(flags.ignore)
  return {
    paths,
    ...(flags.haproxy && { haproxy: flags.haproxy }),
    ...(flags.broker && { brokers: flags.broker }),
    ...(flags['broker-kind'] && { brokerKind: flags['broker-kind'] }),
    ...(flags.certs !== undefined && { certs: flags.certs }),
    ...(flags['mosquitto-version'] !== undefined && { mosquittoVersion: flags['mosquitto-version'] }),
    ...(flags['haproxy-version'] !== undefined && { haproxyVersion: flags['haproxy-version'] }),
    ...(flags['haproxy-bin'] !== undefined && { haproxyBin: flags['haproxy-bin'] }),
    brokerBins: Object.fromEntries(testedKinds.map((kind) => [kind, flags[`${kind}-bin`]])),
    where: whereaboutsOf(flags),
    choice: { ...(select && { select }), ...(ignore && { ignore }) },
    failOn: flags['fail-on'],
    keepalive: flags.keepalive,
    programs: flags.programs,
    allowExec: flags['allow-exec'],
    isolation: flags.isolation,
    ...around,
  }
}

function parseHaproxyVersion(text: string): string {
  if (/^\d+\.\d+(?:\.\d+|-dev\d+)?$/.test(text)) return text
  throw new Fault('MP-USAGE', `"${text}" is not a release of HAProxy`, {
    exit: EXIT.usage,
    hints: ['mqtt-proxy lint haproxy.cfg --haproxy-version 3.2'],
  })
}
