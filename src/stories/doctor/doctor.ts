import { brokerOf, ownBroker, type RunnableKind, runnableKinds } from '../../brokers/index.js'
import { driverFor } from '../../host/brokers/index.js'
import { haproxyFacts } from '../../host/haproxy/haproxy.js'
import { examineMachine, type Machine } from '../../host/process/machine.js'
import { findProgram, namedByVariable } from '../../host/process/programs.js'
import { cacheDir } from '../../host/tools/cache.js'
import type { BrokerFacts, HaproxyFacts } from '../../host/types.js'
import { Fault, messageOf } from '../../kernel/errors.js'
import { settle } from '../../scenarios/options.js'
import { scenarios } from '../../scenarios/table.js'
import type { Scenario } from '../../scenarios/types.js'
import { whyNot } from '../check/cannot.js'

export interface DoctorOptions {
  /** `--haproxy`: a program or a release line. */
  readonly haproxy: string | undefined
  readonly cacheDir: string | undefined
}

/**
 * A program as it was found, or why it was not, and what gets it. `there`: a program was named or found, and it is not
 * what it should be.
 */
export type Examined<T> =
  | { readonly facts: T }
  | { readonly missing: string; readonly hints: readonly string[]; readonly there: boolean }

export interface Diagnosis {
  readonly asked: DoctorOptions
  /** The folder of fetched programs that only this run was told of. */
  readonly cacheFlag: string | undefined
  /** The variable that names HAProxy: it goes before what `tools install` fetches. */
  readonly haproxyVariable: string | undefined
  readonly machine: Machine
  readonly haproxy: Examined<HaproxyFacts> & { readonly by?: string }
  /** One for every kind that is run. */
  readonly brokers: Readonly<Partial<Record<RunnableKind, Examined<BrokerFacts>>>>
  readonly scenarios: readonly ScenarioDiagnosis[]
}

/** Per scenario: what keeps it from running, for each broker that is here; `null`: nothing. @public */
export interface ScenarioDiagnosis {
  readonly id: string
  readonly number: number | null
  readonly cannot: Readonly<Partial<Record<RunnableKind, string | null>>>
}

/** Asks every program what it is and the machine what it allows, and what of the scenarios can run with that. */
export async function examine(options: DoctorOptions): Promise<Diagnosis> {
  const cache = cacheDir(options.cacheDir)
  const [machine, haproxy, found] = await Promise.all([
    examineMachine(cache),
    examineHaproxy(options, cache),
    Promise.all(runnableKinds.map((kind) => examineBroker(kind, cache))),
  ])
  const brokers = Object.fromEntries(found)
  return {
    asked: options,
    cacheFlag: options.cacheDir === undefined || cache === cacheDir() ? undefined : options.cacheDir,
    haproxyVariable: namedByVariable('haproxy'),
    machine,
    haproxy,
    brokers,
    scenarios: scenarios.map((one) => diagnose(one, haproxy, brokers)),
  }
}

async function examineBroker(kind: RunnableKind, cache: string) {
  const variable = brokerOf(kind).run?.variable
  const named = variable !== undefined && (process.env[variable] ?? '') !== ''
  const ask = async () => (await driverFor(kind, { cache })).facts()
  return [kind, await examined(ask, named ? variable : undefined)] as const
}

async function examineHaproxy(options: DoctorOptions, cache: string): Promise<Diagnosis['haproxy']> {
  let by: string | undefined
  const facts = await examined(async () => {
    const chosen = options.haproxy === undefined ? {} : { chosen: options.haproxy }
    const found = await findProgram('haproxy', { cache, ...chosen })
    by = found.by
    return haproxyFacts(found.program)
  })
  return by === undefined ? facts : { ...facts, by }
}

async function examined<T>(ask: () => Promise<T>, variable?: string): Promise<Examined<T>> {
  try {
    return { facts: await ask() }
  } catch (error) {
    const said = messageOf(error)
    return {
      missing: variable === undefined || said.startsWith(variable) ? said : `${variable}: ${said}`,
      hints: error instanceof Fault ? error.hints : [],
      there: variable !== undefined || !(error instanceof Fault && error.code === 'MP-NO-PROGRAM'),
    }
  }
}

function diagnose(
  scenario: Scenario,
  haproxy: Examined<HaproxyFacts>,
  brokers: Diagnosis['brokers'],
): ScenarioDiagnosis {
  const entries = examinedBrokers(brokers).flatMap(([kind, broker]) =>
    'facts' in broker ? [[kind, whyNotHere(scenario, haproxy, broker.facts) ?? null] as const] : [],
  )
  return { id: scenario.id, number: scenario.number ?? null, cannot: Object.fromEntries(entries) }
}

/** What was found of each kind, in the order of the registry. */
export function examinedBrokers(
  brokers: Diagnosis['brokers'],
): readonly (readonly [RunnableKind, Examined<BrokerFacts>])[] {
  return runnableKinds.flatMap((kind) => {
    const broker = brokers[kind]
    return broker === undefined ? [] : [[kind, broker] as const]
  })
}

/** What keeps a scenario from being written for these programs and run on them; `undefined`: nothing. */
export function whyNotHere(
  scenario: Scenario,
  haproxy: Examined<HaproxyFacts>,
  broker: BrokerFacts,
): string | undefined {
  if ('missing' in haproxy) return 'HAProxy is missing'
  const cannot = whyNot(scenario, haproxy.facts, broker)
  if (cannot !== undefined) return cannot
  try {
    settle(scenario, {
      broker: broker.kind,
      haproxyVersion: haproxy.facts.version,
      ...(broker.kind !== ownBroker && { brokerVersion: broker.version }),
    })
    return undefined
  } catch (error) {
    return messageOf(error)
  }
}

/** What a full `check` takes, measured with room to spare: HAProxy wants 218 files, eleven scenarios about 130 ports. */
const needed = { openFiles: 256, clientPorts: 256 } as const

export function hasFiles({ openFiles }: Machine): boolean {
  return openFiles === undefined || openFiles >= needed.openFiles
}

export function hasPorts({ clientPorts }: Machine): boolean {
  return clientPorts === undefined || clientPorts[1] - clientPorts[0] + 1 >= needed.clientPorts
}

/** Whether `check` can run: HAProxy, what the machine must allow, and at least one scenario with the embedded broker. */
export function isReady(diagnosis: Diagnosis): boolean {
  const { machine } = diagnosis
  const allowed = machine.loopbackPorts && machine.temp.writable && hasFiles(machine) && hasPorts(machine)
  return allowed && runnable(diagnosis, ownBroker).length > 0
}

/** Ids of the scenarios that can run with this broker. */
export function runnable(diagnosis: Diagnosis, kind: RunnableKind): readonly string[] {
  return diagnosis.scenarios.filter((one) => one.cannot[kind] === null).map((one) => one.id)
}
