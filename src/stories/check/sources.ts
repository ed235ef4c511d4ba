import { join } from 'node:path'
import type { RunnableKind } from '../../brokers/index.js'
import { brokerOf, ownBroker, readBroker, usualBroker } from '../../brokers/index.js'
import { recognise } from '../../brokers/recognise.js'
import { inferScenario, namedScenario } from '../../check/infer.js'
import { needsLogin } from '../../check/login.js'
import { modelOf } from '../../check/model.js'
import { noRouteId, noRouteScenario } from '../../check/no-route.js'
import { ownRows, rowsHere } from '../../check/own-rows.js'
import { type Pace, paceOf, unbounded } from '../../check/pace.js'
import type { BrokerSource, HaproxySource, Pair } from '../../check/pair.js'
import type { SandboxOptions } from '../../check/sandbox/relocation.js'
import { type Way, waysOf } from '../../check/ways.js'
import { parseHaproxy } from '../../config/haproxy/parse.js'
import type { HaproxyRelease } from '../../config/haproxy/release.js'
import type { Environment } from '../../config/haproxy/variables.js'
import { viewHaproxy } from '../../config/haproxy/view.js'
import type { ConfigProblem } from '../../config/span.js'
import { includesFromDisk, readConfigFile } from '../../host/files/config-files.js'
import { readNamed } from '../../host/files/named-files.js'
import { thisMachine, type Whereabouts } from '../../host/files/whereabouts.js'
import { environmentVariable, namesIn } from '../../host/sandbox/files.js'
import { canonicalHost } from '../../kernel/address.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { derive } from '../../scenarios/derive.js'
import type { DeriveOptions } from '../../scenarios/options.js'
import type { ClientTransport, Scenario } from '../../scenarios/types.js'
import { brokerWrittenFor, fileOf, usualFiles } from './folder-broker.js'

/** One thing to check: a pair of files, what they are meant to do, and how clients come in. */
export interface Subject {
  readonly pair: Pair
  /** What its group is called: the scenario, or that its way leads to no listener. */
  readonly id: string
  readonly scenario: Scenario
  /** The scenario that was named for these files; `undefined`: they say themselves what they are. */
  readonly named: Scenario | undefined
  readonly way: Way | undefined
  readonly transport: ClientTransport
  readonly ip: 4 | 6
  /** What was concluded about the user's files. */
  readonly assumed: readonly string[]
  /** Flags that name these files again. */
  readonly again: readonly string[]
  /** Whether the files' own code may run, and where what they name is read from. */
  readonly files: Pick<SandboxOptions, 'allowExec' | 'read'>
  /** How many clients the files bear. */
  readonly pace: Pace
  /** The broker accepts nobody without a name and a password. */
  readonly needsLogin: boolean
}

/** Files of our own name no others. */
const none: Subject['files'] = { allowExec: false, read: () => undefined }

const own = { assumed: [], again: [], files: none, pace: unbounded, needsLogin: false } as const

/** A scenario as `gen` writes it, read back: positions are those of the generated files. */
export function generatedSubject(scenario: Scenario, options: DeriveOptions): Subject {
  // With a list of revoked certificates, which `gen` writes where the CA is kept.
  const derived = derive(scenario, { crl: scenario.client === 'mtls', ...options })
  const haproxy = derived.haproxy.map((file) => haproxySource([{ file: file.name, text: file.text }], file.role))
  const brokers = derived.brokers.map(({ files: [main, ...others] }) =>
    brokerSource(main?.name ?? '', main?.text ?? '', others),
  )
  const pair = { haproxy, brokers }
  const { ip, transport } = derived.options
  return { ...own, pair, id: scenario.id, scenario, named: scenario, way: waysOf(modelOf(pair))[0], transport, ip }
}

/** Texts of our own for a scenario. */
export function subjectFromTexts(
  scenario: Scenario,
  haproxy: string,
  broker: { readonly name: string; readonly text: string },
  others: BrokerSource['others'],
): Subject {
  const pair = {
    haproxy: [haproxySource([{ file: 'haproxy.cfg', text: haproxy }], 'only')],
    brokers: [brokerSource(broker.name, broker.text, others)],
  }
  const way = waysOf(modelOf(pair))[0]
  return { ...own, pair, id: scenario.id, scenario, named: scenario, way, transport: 'tcp', ip: 4 }
}

/**
 * The files that `gen all` wrote into a folder, edited or not.
 * @throws Fault MP-CHECK-DIR (exit 2)
 */
export async function folderSubjects(
  dir: string,
  broker: RunnableKind,
  named: Scenario | undefined,
  how: FileReading,
): Promise<Subject[]> {
  const names = await namesIn(dir)
  const conf = fileOf(broker, names) ?? usualFiles(broker)[0] ?? ''
  const { beside = [] } = brokerOf(broker).run ?? {}
  const missing = ['haproxy.cfg', conf].filter((name) => !names.includes(name))
  if (missing.length > 0) {
    const other = missing.includes(conf) ? brokerWrittenFor(names) : undefined
    const held = other === undefined ? '' : `; its files are for ${brokerOf(other).name}`
    throw new Fault('MP-CHECK-DIR', `${dir} has no ${missing.join(' and no ')}${held}`, {
      exit: EXIT.usage,
      hints: [
        ...(other === undefined ? [] : [`mqtt-proxy check --dir ${dir} --broker ${other}`]),
        `make one: mqtt-proxy gen all proxy -o ${dir}${broker === ownBroker ? '' : ` --broker ${broker}`}`,
        'other names: --haproxy-config FILE --broker-config FILE',
      ],
    })
  }
  const here = (all: readonly string[]) => all.filter((name) => names.includes(name))
  const read = (name: string) => readConfig(join(dir, name))
  const inner = here(['haproxy-inner.cfg'])
  const haproxy = [
    haproxySource([read('haproxy.cfg')], inner.length > 0 ? 'edge' : 'only', how.release),
    ...inner.map((name) => haproxySource([read(name)], 'inner', how.release)),
  ]
  const others = here(beside).map((name) => ({ name, text: read(name).text }))
  const brokers = here([conf, conf.replace(/(?=\.[^.]*$)/, '-2')]).map((name) => {
    const { file, text } = read(name)
    return brokerSource(file, text, others, how.where)
  })
  return subjectsOf({ haproxy, brokers }, named, ['--dir', dir], how)
}

/**
 * The user's own files. Several HAProxy files are read as `haproxy -f` does, one after the other.
 * @throws Fault MP-CONFIG-FILE, MP-CONFIG-KIND, MP-CONFIG-SYNTAX (exit 2) with file, line and what was expected
 */
export function fileSubjects(
  haproxyFiles: readonly string[],
  brokerFiles: readonly string[],
  named: Scenario | undefined,
  how: FileReading,
): Subject[] {
  const texts = haproxyFiles.map(readConfig)
  for (const { file, text } of texts) expectKind(file, text, 'haproxy')
  const haproxy = [haproxySource(texts, 'only', how.release)]
  const brokers = brokerFiles.map(readConfig)
  const again = [
    ...haproxyFiles.flatMap((file) => ['--haproxy-config', file]),
    ...brokerFiles.flatMap((file) => ['--broker-config', file]),
  ]
  const pair = { haproxy, brokers: brokers.map(({ file, text }) => brokerSource(file, text, [], how.where)) }
  return subjectsOf(pair, named, again, how)
}

/** How files of the user's are read, and whether their own code may run. */
export interface FileReading {
  readonly allowExec: boolean
  readonly where: Whereabouts
  /** The HAProxy that is to read them: it decides the conditions in them. */
  readonly release?: HaproxyRelease
}

export const carefully: FileReading = { allowExec: false, where: thisMachine }

/** A scenario that is named, by the user or by the files themselves, is what they are judged as; else each way in says it. */
function subjectsOf(
  pair: Pair,
  named: Scenario | undefined,
  again: readonly string[],
  { allowExec, where }: FileReading,
): Subject[] {
  const files = { allowExec, read: (path: string, from: string) => readNamed(path, from, where) }
  const ways = waysOf(modelOf(pair))
  const base = { pair, ip: familyOf(pair), again, files }
  const scenario = named ?? namedScenario(pair)
  if (scenario !== undefined) {
    const [way] = ways
    const transport = way === undefined ? 'tcp' : meantBy(pair, way).transport
    const outcomes = [...rowsHere(scenario.outcomes, way), ...(way === undefined ? [] : ownRows(modelOf(pair), way))]
    const login = way !== undefined && needsLogin(pair, way)
    const meant = { scenario: { ...scenario, outcomes }, named: scenario, transport, assumed: [] }
    return [{ ...base, ...meant, id: scenario.id, way, pace: paceOf(way), needsLogin: login }]
  }
  return ways.map((way) => {
    const meant = meantBy(pair, way)
    const outcomes = [...rowsHere(meant.scenario.outcomes, way), ...ownRows(modelOf(pair), way)]
    return {
      ...base,
      ...meant,
      id: way.listener === undefined ? noRouteId : meant.scenario.id,
      scenario: { ...meant.scenario, outcomes },
      named: undefined,
      way,
      pace: paceOf(way),
      needsLogin: needsLogin(pair, way),
    }
  })
}

function meantBy(pair: Pair, way: Way) {
  return way.listener === undefined ? noRouteScenario(way) : inferScenario(pair, way, way.listener)
}

/** Files that put a listener on IPv6 loopback run there. */
function familyOf(pair: Pair): 4 | 6 {
  const endpoints = pair.brokers.flatMap((one) => one.meaning.listeners.map(({ endpoint }) => endpoint))
  const six = endpoints.some((one) => one.kind === 'tcp' && one.host !== undefined && canonicalHost(one.host) === '::1')
  return six ? 6 : 4
}

/** Several files are one process: what an earlier one sets in the environment holds for the later ones. */
export function haproxySource(
  texts: readonly { readonly file: string; readonly text: string }[],
  role: HaproxySource['role'],
  release?: HaproxyRelease,
): HaproxySource {
  let env: Environment = environmentVariable
  const documents = texts.map(({ file, text }) => {
    const parsed = parseHaproxy(text, file, { env, ...(release && { release }) })
    refuseProblems(parsed.problems.filter((one) => one.code === 'unclosed-quote'))
    env = parsed.env
    return parsed.document
  })
  return { role, documents, view: viewHaproxy(documents) }
}

export function brokerSource(
  file: string,
  text: string,
  others: BrokerSource['others'],
  where: Whereabouts = thisMachine,
): BrokerSource {
  const dialect = recognise(text, file) ?? usualBroker
  if (dialect === 'haproxy') throw wrongKind(file, 'a HAProxy file', 'a broker configuration')
  const { name, copy } = brokerOf(dialect)
  const reading = { readInclude: includesFromDisk(where), env: environmentVariable }
  const copyable = copy?.(text, file, reading) ?? {
    cannot: `a file of ${name}, which lint reads and check does not run`,
  }
  if ('cannot' in copyable) throw wrongKind(file, copyable.cannot, 'a file of a broker that check runs')
  refuseProblems(copyable.refused)
  return { copy: copyable, others, meaning: readBroker(dialect, text, file, reading) }
}

function readConfig(file: string): { readonly file: string; readonly text: string } {
  return { file, text: readConfigFile(file) }
}

function expectKind(file: string, text: string, wanted: 'haproxy'): void {
  const kind = recognise(text, file)
  if (kind !== undefined && kind !== wanted)
    throw wrongKind(file, `a file of ${brokerOf(kind).name}`, 'a HAProxy configuration')
}

function wrongKind(file: string, is: string, wanted: string): Fault {
  return new Fault('MP-CONFIG-KIND', `this is ${is}; ${wanted} was expected`, {
    exit: EXIT.usage,
    at: { file, line: 1 },
  })
}

function refuseProblems(problems: readonly ConfigProblem[]): void {
  const [first] = problems
  if (first === undefined) return
  throw new Fault('MP-CONFIG-SYNTAX', first.message, {
    exit: EXIT.usage,
    at: { file: first.span.file, line: first.span.line, column: first.span.column },
    hints: first.expected === undefined ? [] : [`expected: ${first.expected}`],
  })
}
