import type { MosquittoView } from '../brokers/mosquitto/view.js'
import type { RabbitmqView } from '../brokers/rabbitmq/view.js'
import type { VernemqView } from '../brokers/vernemq/view.js'
import type { HaproxyView } from '../config/haproxy/view.js'
import type { ConfigProblem } from '../config/span.js'
import type { CertificatePath, PemText } from './certificates.js'
import { type Front, type Link, linksOf, type Route, routesOf } from './links.js'
import { type Receiver, receiversOf } from './receivers.js'
import type { RuleFinding } from './rule.js'
import { mqttProxies } from './subject.js'

export type BrokerView = MosquittoView | VernemqView | RabbitmqView

/** What a run of lint knows, all of it read before. */
export interface LintInput {
  /** One view a HAProxy process. */
  readonly haproxies: readonly HaproxyView[]
  readonly brokers: readonly BrokerView[]
  /** By the path as the configuration resolves it (`certificatePaths`). */
  readonly certificates?: ReadonlyMap<string, CertificatePath>
  /** Certificates of clients, from a folder of the user's. */
  readonly clientCertificates?: readonly PemText[]
  /** `2.0.18`, where the user says which Mosquitto it is for. */
  readonly mosquittoVersion?: string
  /** What the parsers could not take. */
  readonly problems: readonly ConfigProblem[]
  /** Seconds; of the clients that matter. */
  readonly keepalive: number
  /** Milliseconds since 1970. */
  readonly now: number
}

/** The pair, with what rules ask again and again worked out once. */
export interface Model extends LintInput {
  /** Every listener of every broker. */
  readonly receivers: readonly Receiver[]
  /** Which server line reaches which listener. */
  readonly links: readonly Link[]
  /** Every server line with the frontends that lead to it. */
  readonly routes: readonly Route[]
  /** Comments that ignore findings and are wrong themselves; known only after all other rules ran. */
  readonly pragmaFindings: readonly RuleFinding[]
  /** Proxies that carry MQTT as far as can be told. */
  readonly mqtt: ReadonlySet<Front['proxy']>
}

/** Whether files that a broker reads as well could not be read here: what is missing may be in them. */
export function partlyUnread(model: Pick<LintInput, 'problems'>, file: string): boolean {
  return model.problems.some((one) => one.code === 'include-unreadable' && one.span.file === file)
}

export function buildModel(input: LintInput): Model {
  const receivers = receiversOf(input.brokers)
  const routes = routesOf(input.haproxies)
  const links = linksOf(routes, receivers)
  const proxies = input.haproxies.flatMap((one) => one.proxies)
  return { ...input, pragmaFindings: [], receivers, links, routes, mqtt: mqttProxies(proxies, routes, links) }
}
