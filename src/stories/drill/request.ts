import { type DrillEvent, drillEvents, drillPlans } from '../../drill/events.js'
import { type ReconnectName, reconnectManners } from '../../drill/reconnect.js'
import type { DrillResult } from '../../drill/run.js'
import { parseThresholds } from '../../drill/thresholds.js'
import { readConfigFile } from '../../host/files/config-files.js'
import { interrupted } from '../../host/process/lifetime.js'
import { clientPortRange, openFileLimit } from '../../host/process/machine.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { derive } from '../../scenarios/derive.js'
import { findScenario } from '../../scenarios/find.js'
import type { DeriveOptions } from '../../scenarios/options.js'
import { faultKinds, type WayFault } from '../../tap/fault-kinds.js'
import { Programs } from '../check/programs.js'
import type { CheckRequest } from '../check/request.js'
import { fileSubjects, folderSubjects, generatedSubject, type Subject, subjectFromTexts } from '../check/sources.js'
import { writtenFor } from '../check/written-for.js'
import { type DrillRequest, runDrill } from './drill.js'

export interface DrillOptions {
  readonly event: string
  readonly scenario: string | undefined
  readonly way: string | undefined
  readonly clients: number
  readonly rate: number
  readonly watchMs: number
  readonly downMs: number
  readonly keepalive: number
  readonly reconnect: ReconnectName
  readonly failOn: string | undefined
  readonly faults: readonly WayFault[]
  /** Chooses the connections that faults strike. */
  readonly seed: number
  /** Another HAProxy file; empty: the counterpart of the scenario's own. */
  readonly compare: string | undefined
  readonly username: string | undefined
  readonly passwordFile: string | undefined
  /** Files and programs, as `check` takes them. */
  readonly check: Pick<
    CheckRequest,
    'dir' | 'haproxyConfigs' | 'brokerConfigs' | 'reading' | 'haproxies' | 'brokers' | 'timeoutMs' | 'keep'
  >
  readonly quiet: boolean
  readonly say: (text: string) => void
}

/** What `--compare` without a file adds to a scenario's HAProxy: the setting that makes a reload cut sessions. */
const hardStop = 'hard-stop-after 2s'

/**
 * An event on one pair, or on two in turn.
 * @throws Fault for bad input (exit 2), for clients that do not come in (exit 1), for programs (exit 3)
 */
export async function drill(options: DrillOptions): Promise<DrillResult> {
  const event = eventOf(options.event)
  const plan = drillPlans[event]
  const way = wayOf(event, options.way)
  const failOn = options.failOn ?? plan.failOn
  const thresholds = parseThresholds(failOn)
  const { haproxies, brokers, timeoutMs, keep } = options.check
  const [haproxy] = haproxies
  const [broker] = brokers
  if (broker === undefined || haproxies.length > 1 || brokers.length > 1) {
    throw usage('a drill runs on one HAProxy and one broker', 'name one of each: --haproxy 3.2 --broker mosquitto')
  }
  const password = options.passwordFile === undefined ? undefined : passwordIn(options.passwordFile)
  const programs = new Programs()
  await programs.load(options.check)
  const written = writtenFor(programs.broker(broker).facts)
  const subjects = await subjectsOf(event, options, written)
  const { clients, rate, keepalive, reconnect, watchMs, downMs, username, faults, seed, quiet, say } = options
  const request: DrillRequest = {
    event,
    way,
    clients,
    rate,
    keepalive,
    reconnect,
    watchMs,
    downMs,
    timeoutMs,
    username,
    password,
    thresholds,
    faults,
    seed,
    haproxy,
    broker,
    keep,
    quiet,
    signal: interrupted,
    say,
  }
  await requireRoom(clients)
  const runs = []
  for (const { name, subject } of subjects) runs.push(await runDrill(name, subject, programs, request))
  return {
    event,
    way,
    hypothesis: plan.hypothesis,
    env: programs.env(),
    clients,
    rate,
    reconnect: { name: reconnect, says: reconnectManners[reconnect].says },
    failOn,
    faults: faults.map(({ name }) => ({ name, what: faultKinds[name].what, healthy: faultKinds[name].healthy })),
    runs,
  }
}

interface Named {
  readonly name: string
  readonly subject: Subject
}

async function subjectsOf(event: DrillEvent, options: DrillOptions, written: DeriveOptions): Promise<Named[]> {
  const { haproxyConfigs, brokerConfigs, dir, reading, brokers } = options.check
  const named = options.scenario === undefined ? undefined : findScenario(options.scenario)
  const own = haproxyConfigs.length > 0 || dir !== undefined
  if (!own) return scenarioSubjects(event, named ?? findScenario('proxy'), options.compare, written)
  const kind = brokers[0]?.kind ?? 'embedded'
  const first =
    dir === undefined
      ? fileSubjects(haproxyConfigs, brokerConfigs, named, reading)
      : await folderSubjects(dir, kind, named, reading)
  const one = { name: dir ?? haproxyConfigs.join(', '), subject: entryOf(first) }
  if (options.compare === undefined) return [one]
  if (options.compare === '' || dir !== undefined) {
    throw usage(
      'your own files are compared with another file',
      'name both: --haproxy-config FILE --broker-config FILE --compare OTHER.cfg',
    )
  }
  const other = fileSubjects([options.compare], brokerConfigs, named, reading)
  return [one, { name: options.compare, subject: entryOf(other) }]
}

function scenarioSubjects(
  event: DrillEvent,
  scenario: Subject['scenario'],
  compare: string | undefined,
  written: DeriveOptions,
): Named[] {
  const subject = generatedSubject(scenario, written)
  const one = { name: scenario.id, subject }
  if (compare === undefined) return [one]
  if (compare !== '') {
    throw usage(
      '--compare FILE stands beside your own files',
      'name them: --haproxy-config FILE --broker-config FILE --compare OTHER.cfg',
    )
  }
  const derived = derive(scenario, written)
  const [haproxy, ...more] = derived.haproxy
  const [broker, ...brokers] = derived.brokers
  const [main, ...others] = broker?.files ?? []
  if (event !== 'reload' || more.length > 0 || brokers.length > 0 || haproxy === undefined || main === undefined) {
    throw usage(
      `${scenario.id} has nothing to be compared with at ${event === 'reload' ? 'a' : 'this event,'} ${event}`,
      'name two files: --haproxy-config FILE --broker-config FILE --compare OTHER.cfg',
    )
  }
  const changed = haproxy.text.replace(/^global\n/m, `global\n    ${hardStop}\n`)
  const other = subjectFromTexts(scenario, changed, main, others)
  return [one, { name: `${scenario.id} with ${hardStop}`, subject: other }]
}

function entryOf(subjects: readonly Subject[]): Subject {
  const [first] = subjects.filter(({ way }) => way?.listener !== undefined)
  if (first !== undefined) return first
  throw usage('no frontend of these files leads to a listener for MQTT', 'see what leads where: mqtt-proxy lint FILES')
}

function eventOf(text: string): DrillEvent {
  const event = drillEvents.find((one) => one === text)
  if (event !== undefined) return event
  const near = nearest(text, drillEvents)
  throw usage(
    `there is no event "${text}"`,
    ...(near === undefined ? [] : [`did you mean ${near}?`]),
    `events: ${drillEvents.join(', ')}`,
  )
}

function wayOf(event: DrillEvent, wanted: string | undefined): string {
  const { ways } = drillPlans[event]
  const way = wanted === undefined ? ways[0] : ways.find((one) => one === wanted)
  if (way !== undefined) return way
  throw usage(`${event} has no way "${wanted}"`, `ways: ${ways.join(', ')}`)
}

/** Files that a program has open besides its clients. */
const spare = 100

/** @throws Fault MP-DRILL-ROOM (exit 3) where the machine lets nobody hold so many */
async function requireRoom(clients: number): Promise<void> {
  const [files, ports] = await Promise.all([openFileLimit(), clientPortRange()])
  // HAProxy holds two ends of each session; so do we where the broker is our own.
  const needed = clients * 2 + spare
  if (files !== undefined && files < needed) {
    throw room(`${clients} clients need ${needed} open files, and the limit is ${files}`, `ulimit -n ${needed}`)
  }
  const free = ports === undefined ? undefined : ports[1] - ports[0] + 1
  if (free !== undefined && free < clients) {
    throw room(`${clients} clients need as many ports of 127.0.0.1, and there are ${free}`, `--clients ${free}`)
  }
}

function room(message: string, hint: string): Fault {
  return new Fault('MP-DRILL-ROOM', message, { exit: EXIT.environment, hints: [`raise it, or hold fewer: ${hint}`] })
}

function passwordIn(file: string): string {
  return readConfigFile(file).replace(/\r?\n$/, '')
}

function usage(message: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-DRILL', message, { exit: EXIT.usage, hints })
}
