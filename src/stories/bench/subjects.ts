import { ownBroker } from '../../brokers/index.js'
import { Fault } from '../../kernel/errors.js'
import { EXIT } from '../../kernel/exit.js'
import { nearest } from '../../kernel/nearest.js'
import { findScenario } from '../../scenarios/find.js'
import type { DeriveOptions } from '../../scenarios/options.js'
import type { ClientTransport, Scenario, ScenarioId } from '../../scenarios/types.js'
import type { CheckRequest } from '../check/request.js'
import { fileSubjects, folderSubjects, generatedSubject, type Subject } from '../check/sources.js'
import type { StackSideOptions } from './stack-side.js'

export interface BenchSubject {
  readonly scenario: Scenario | undefined
  readonly check: Pick<
    CheckRequest,
    'dir' | 'haproxyConfigs' | 'brokerConfigs' | 'reading' | 'brokers' | 'transport' | 'ip'
  >
}

type NamedSubject = Pick<StackSideOptions, 'name' | 'subject' | 'hop'>

/** Words of `--compare`: how clients come to HAProxy, or that they come to the broker itself. */
const compareNames = ['direct', 'haproxy', 'haproxy-tls', 'haproxy-mtls', 'haproxy-ws'] as const
type CompareName = (typeof compareNames)[number]

/**
 * What is to be measured, by the words of `--compare`; without any, the way through HAProxy.
 * @param written how files of a scenario are written for the broker
 * @throws Fault MP-BENCH (exit 2)
 */
export async function namedSubjects(
  pair: BenchSubject,
  compare: readonly string[],
  written: DeriveOptions,
): Promise<NamedSubject[]> {
  const { dir, haproxyConfigs } = pair.check
  const names = compare.map(nameOf)
  if (new Set(names).size < names.length) throw usage('--compare names one of them twice', 'name each once')
  if (names.length === 1) throw usage('there is nothing to compare with', '--compare direct,haproxy')
  if (dir === undefined && haproxyConfigs.length === 0) return generated(pair, names, written)
  const subjects = await ownSubjects(pair)
  const [first] = subjects
  if (first === undefined)
    throw usage('no frontend of these files leads to a listener for MQTT', 'mqtt-proxy lint FILES')
  if (names.length === 0) return [{ name: first.id, subject: first, hop: 'haproxy' }]
  return names.map((name) => ({ name, ...ownSide(name, subjects, first) }))
}

function generated(
  { scenario = findScenario('proxy'), check }: BenchSubject,
  names: readonly CompareName[],
  written: DeriveOptions,
): NamedSubject[] {
  const make = (one: Scenario, transport?: ClientTransport) =>
    generatedSubject(one, {
      ...written,
      ...(transport !== undefined && { transport }),
      ...(check.ip !== undefined && { ip: check.ip }),
    })
  const own = make(scenario, check.transport)
  if (names.length === 0) return [{ name: scenario.id, subject: own, hop: 'haproxy' }]
  return names.map((name) => {
    if (name === 'direct') return { name, subject: own, hop: 'direct' }
    const leg = legs[name]
    const fits = scenario.client === leg.client && check.transport === undefined && leg.transport === undefined
    return { name, subject: fits ? own : make(findScenario(leg.scenario), leg.transport), hop: 'haproxy' }
  })
}

interface Leg {
  readonly client: Scenario['client']
  /** Stands for it where the scenario that was named has another. */
  readonly scenario: ScenarioId
  readonly transport?: ClientTransport
}

const legs: Readonly<Record<Exclude<CompareName, 'direct'>, Leg>> = {
  haproxy: { client: 'as-is', scenario: 'proxy' },
  'haproxy-tls': { client: 'tls', scenario: 'proxy-tls' },
  'haproxy-mtls': { client: 'mtls', scenario: 'proxy-mtls' },
  'haproxy-ws': { client: 'as-is', scenario: 'proxy', transport: 'ws' },
}

async function ownSubjects({ scenario, check }: BenchSubject): Promise<Subject[]> {
  const { dir, haproxyConfigs, brokerConfigs, reading, brokers } = check
  const all =
    dir === undefined
      ? fileSubjects(haproxyConfigs, brokerConfigs, scenario, reading)
      : await folderSubjects(dir, brokers[0]?.kind ?? ownBroker, scenario, reading)
  return all.filter(({ way }) => way?.listener !== undefined)
}

function ownSide(name: CompareName, subjects: readonly Subject[], first: Subject): Omit<NamedSubject, 'name'> {
  if (name === 'direct') return { subject: first, hop: 'direct' }
  const leg = name === 'haproxy' ? undefined : legs[name]
  const web = leg?.transport === 'ws'
  const found =
    leg === undefined
      ? first
      : subjects.find(({ scenario, transport }) => scenario.client === leg.client && (transport === 'ws') === web)
  if (found !== undefined) return { subject: found, hop: 'haproxy' }
  throw usage(`no frontend of these files is ${name}`, '--compare direct,haproxy')
}

function nameOf(text: string): CompareName {
  const name = compareNames.find((one) => one === text)
  if (name !== undefined) return name
  const near = nearest(text, compareNames)
  throw usage(
    `--compare has no "${text}"`,
    ...(near === undefined ? [] : [`did you mean ${near}?`]),
    `known: ${compareNames.join(', ')}`,
  )
}

function usage(message: string, ...hints: readonly string[]): Fault {
  return new Fault('MP-BENCH', message, { exit: EXIT.usage, hints })
}
